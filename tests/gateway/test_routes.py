import pytest

from gateway.routes import (
    ROUTES,
    TABLE,
    Route,
    RoutingTable,
    is_confirmation,
    is_legal_query,
    is_plain,
    problem_members,
    unavailable_detail,
)


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/challenges", "session"),
        ("/api/matches", "session"),
        ("/api/matches/6f1c/accept", "session"),
        ("/api/session", "session"),
        ("/api/session/create", "session"),
        ("/api/session/6f1c/notes", "session"),
        ("/api/me", "session"),
        ("/api/notifications/read-all", "session"),
        ("/api/reputation/me/ledger", "reputation"),
        ("/api/reputation/leaderboard", "reputation"),
        ("/api/v1/sessions/history", "session"),
        ("/api/v1/sessions/17", "session"),
        ("/api/v1/sessions/stats", "stats"),
        ("/api/v1/sessions/calendar", "stats"),
        ("/api/v1/streak/freezes/2026-11-21", "stats"),
    ],
)
def test_a_path_belongs_to_its_service(path: str, service: str) -> None:
    route = TABLE.find("GET", path)
    assert route is not None
    assert route.service == service


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/",
        "/api/sessionx",
        "/api/mexico",
        "/apix/me",
        "/internal/readyz",
        "/api/internal/readyz",
        "/",
        "",
    ],
)
def test_nobody_answers_elsewhere(path: str) -> None:
    assert TABLE.find("GET", path) is None


def test_the_longest_prefix_that_takes_the_method_wins() -> None:
    table = RoutingTable(
        [
            Route("/api/v1/sessions", "session"),
            Route("/api/v1/sessions/stats", "reputation", frozenset({"GET"})),
        ]
    )
    assert table.find("GET", "/api/v1/sessions/stats").service == "reputation"  # type: ignore[union-attr]  # None fails the test
    assert table.find("POST", "/api/v1/sessions/stats").service == "session"  # type: ignore[union-attr]  # None fails the test
    assert table.find("GET", "/api/v1/sessions/statistics").service == "session"  # type: ignore[union-attr]  # None fails the test


def test_every_prefix_is_plain_and_listed_once() -> None:
    assert all(is_plain(route.prefix.encode()) for route in ROUTES)
    assert len({(route.prefix, route.methods) for route in ROUTES}) == len(ROUTES)


@pytest.mark.parametrize(
    "path",
    [
        b"/api/session/0b0f7b1e-6a5c-4f0e-9d6b-0a8c1f6f2a10",
        b"/api/session/a.b",
        b"/api/session/.hidden",
        b"/api/session/...",
        b"/api/session/%C3%A4",
        b"/api/session/a%20b",
        b"/api/session/a:b@c!$&'()*+,;=",
    ],
)
def test_plain_paths_pass(path: bytes) -> None:
    assert is_plain(path)


@pytest.mark.parametrize(
    "path",
    [
        b"",
        b"/",
        b"api/session",
        b"//api/session",
        b"/api//session",
        b"/api/session/",
        b"/api/session//",
        b"/api/./session",
        b"/api/../session",
        b"/api/session/..",
        b"/api/session/.",
        b"/api/session/6f1c/confir%6d",
        b"/api/session/confirm%2Dcompletion",
        b"/api/%73ession",
        b"/api/session/%41",
        b"/api/session/%30",
        b"/api/session/a%5Fb",
        b"/api/session/%7Ea",
        b"/api/session/%2e%2e/me",
        b"/api/session/%2E",
        b"/api/session/.%2e",
        b"/api/session/%2e./me",
        b"/api/session%2fcreate",
        b"/api/session%2Fcreate",
        b"/api/session/a%5cb",
        b"/api/session/a%5Cb",
        b"/api/session/a\\b",
        b"/api/session/a%00",
        b"/api/session/%0a",
        b"/api/session/%0D%0A",
        b"/api/session/%1f",
        b"/api/session/%7f",
        b"/api/session/%",
        b"/api/session/%2",
        b"/api/session/%zz",
        b"/api/session/a b",
        b"/api/session/a\tb",
        b"/api/session/a\x00",
        b"/api/session/\xc3\xa4",
        b'/api/session/"',
        b"/api/session/<x>",
        b"/api/session/a?b",
        b"/api/session/a#b",
        b"/api/session/[1]",
        b"/api/session/a\n",
    ],
)
def test_a_path_that_could_mean_two_things_is_not_plain(path: bytes) -> None:
    assert not is_plain(path)


@pytest.mark.parametrize(
    ("query", "legal"),
    [
        (b"", True),
        (b"limit=20&cursor=a%20b", True),
        (b"a=[1]&b={}|^`\\", True),
        (b"a=b c", False),
        (b"a=\xc3\xa4", False),
        (b"a#b", False),
        (b"a\r\nb", False),
        (b"a\x00", False),
    ],
)
def test_a_query_is_visible_ascii(query: bytes, legal: bool) -> None:
    assert is_legal_query(query) is legal


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/api/session/6f1c/confirm", True),
        ("POST", "/api/session/confirm-completion", True),
        ("GET", "/api/session/6f1c/confirm", False),
        ("POST", "/api/session/6f1c/cancel", False),
        ("POST", "/api/session/create", False),
        ("POST", "/api/matches/6f1c/confirm", False),
    ],
)
def test_confirmations_are_told_apart(method: str, path: str, expected: bool) -> None:
    assert is_confirmation(method, path) is expected
    assert unavailable_detail(method, path) == (
        "Failed to update session completion status" if expected else None
    )


@pytest.mark.parametrize(
    ("path", "status", "members"),
    [
        ("/api/plans", 401, {"error": "ValidationError"}),
        ("/api/sessions/6f1c/complete", 413, {"error": "ValidationError"}),
        ("/api/sessions/6f1c", 404, {"error": "NotFound"}),
        ("/api/sessions", 503, {"error": "InternalServerError"}),
        ("/api/session", 503, {}),
        ("/api/sessionsx", 404, {}),
        ("/api/v1/sessions", 404, {}),
    ],
)
def test_errors_are_named_where_clients_expect_it(path: str, status: int, members: dict[str, str]) -> None:
    assert problem_members(path, status) == members
