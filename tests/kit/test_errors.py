import pytest

from kit.errors import Conflict, Forbidden, NotFound, Refusal, Unauthenticated, Unavailable, Unprocessable


class PlanNotFound(NotFound):
    """Plan not found

    More that is meant for readers of the code.
    """

    code = "plan_not_found"


class Nameless(PlanNotFound):
    code = "nameless"


def test_the_docstrings_first_line_is_the_detail() -> None:
    assert PlanNotFound().detail == "Plan not found"
    assert str(PlanNotFound()) == "Plan not found"


def test_a_refusal_without_a_docstring_speaks_as_its_parent() -> None:
    assert Nameless().detail == "Plan not found"


def test_a_given_detail_wins() -> None:
    assert PlanNotFound("No such plan").detail == "No such plan"
    assert PlanNotFound("").detail == ""


def test_extra_members_and_headers_are_kept_for_the_answer() -> None:
    refusal = Conflict("Taken", headers={"X-Reason": "taken"}, both_confirmed=True)
    assert refusal.extra == {"both_confirmed": True}
    assert refusal.headers == {"X-Reason": "taken"}


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (Refusal, 400, "bad_request"),
        (Unauthenticated, 401, "unauthenticated"),
        (Forbidden, 403, "forbidden"),
        (NotFound, 404, "not_found"),
        (Conflict, 409, "conflict"),
        (Unprocessable, 422, "validation_error"),
        (Unavailable, 503, "unavailable"),
    ],
)
def test_statuses_and_codes(kind: type[Refusal], status: int, code: str) -> None:
    assert (kind.status, kind.code) == (status, code)


def test_unavailable_says_when_to_come_back_whatever_else_it_says() -> None:
    assert Unavailable("Failed", headers={"X-A": "b"}).headers == {"Retry-After": "1", "X-A": "b"}
    assert Unavailable(headers={"Retry-After": "7"}).headers == {"Retry-After": "7"}
    assert Unavailable().detail == "Failed to process request"


def test_unauthenticated_challenges() -> None:
    assert Unauthenticated().headers == {"WWW-Authenticate": "Bearer"}
