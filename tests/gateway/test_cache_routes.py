"""What may be cached under which name, and what a change is about."""

from uuid import UUID

import orjson
import pytest

from gateway.cache_routes import addressed_tags, entry_name
from kit.identity import Caller

ID = "0b0f7b1e-6a5c-4f0e-9d6b-0a8c1f6f2a10"
ALEX = Caller(UUID(int=1))
BO = Caller(UUID(int=2))
OPERATOR = Caller(UUID(int=1), role="service_role")


@pytest.mark.parametrize(
    "path",
    ["/api/challenges", "/api/v1/sequences", "/api/v1/sequences/1", "/api/v1/sequences/9223372036854775807"],
)
def test_a_catalogue_has_one_name(path: str) -> None:
    assert {entry_name(method, path, "", who) for method in ("GET", "HEAD") for who in (ALEX, BO)} == {path}
    assert entry_name("GET", path, "", None) is None


def test_a_session_has_a_name_for_each_user_in_each_role() -> None:
    names = {entry_name("GET", f"/api/session/{ID}", "", who) for who in (ALEX, BO, OPERATOR)}
    assert len(names) == 3
    assert None not in names
    assert entry_name("GET", f"/api/session/{ID}", "", None) is None


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        *[(method, f"/api/session/{ID}", "") for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS")],
        ("GET", f"/api/session/{ID}", "x=1"),
        ("GET", "/api/challenges", "difficulty=beginner"),
        ("GET", f"/api/session/{ID.upper()}", ""),
        ("GET", f"/api/session/{ID.replace('-', '')}", ""),
        ("GET", f"/api/session/{ID}/", ""),
        ("GET", f"/api/session/{ID}/notes", ""),
        ("GET", f"/api/session/{ID}%20", ""),
        ("GET", "/api/session", ""),
        ("GET", "/api/session/create", ""),
        ("GET", "/api/challenges/1", ""),
        ("GET", "/api/v1/sequences/0", ""),
        ("GET", "/api/v1/sequences/01", ""),
        ("GET", "/api/v1/sequences/1/poses", ""),
        ("GET", f"/api/v1/sequences/{'9' * 20}", ""),
        ("GET", "/api/v1/sessions/1", ""),
        ("GET", f"/api/sessions/{ID}", ""),
        ("GET", "/api/me", ""),
        ("GET", f"/x/api/session/{ID}", ""),
    ],
)
def test_nothing_else_is_cached(method: str, path: str, query: str) -> None:
    assert entry_name(method, path, query, ALEX) is None


@pytest.mark.parametrize(
    ("path", "body", "tags"),
    [
        (f"/api/session/{ID}", b"{}", [f"session:{ID}"]),
        (f"/api/session/{ID}/confirm", b"", [f"session:{ID}"]),
        (f"/api/session/{ID}/anything/that/comes", b"", [f"session:{ID}"]),
        (f"/api/session/{ID.upper()}/notes", b"", [f"session:{ID}"]),
        (f"/api/session/%7B{ID.replace('-', '')}%7D/notes", b"", [f"session:{ID}"]),
        (f"/api/session/%30{ID[1:]}/notes", b"", [f"session:{ID}"]),
        ("/api/session/confirm-completion", orjson.dumps({"session_id": ID}), [f"session:{ID}"]),
        ("/api/session/confirm-completion", orjson.dumps({"session_id": ID.upper()}), [f"session:{ID}"]),
        ("/api/session/confirm-completion", b"{", []),
        ("/api/session/confirm-completion", b"[]", []),
        ("/api/session/confirm-completion", b'{"session_id": 7}', []),
        ("/api/session/confirm-completion", b'{"session_id": "x"}', []),
        ("/api/session/create", b"{}", []),
        ("/api/session", b"{}", []),
        ("/api/me", b"{}", [f"user:{ALEX.user_id}"]),
        ("/api/me/export", b"{}", [f"user:{ALEX.user_id}"]),
        ("/api/matches", b"{}", []),
        (f"/api/sessions/{ID}", b"{}", []),
        (f"/api/other/{ID}", b"{}", []),
    ],
)
def test_what_a_change_is_about(path: str, body: bytes, tags: list[str]) -> None:
    assert addressed_tags(path, body, ALEX) == tags


def test_nobody_s_change_is_about_nobody() -> None:
    assert addressed_tags("/api/me", b"{}", None) == []
