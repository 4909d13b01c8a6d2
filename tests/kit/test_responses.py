from kit.errors import Forbidden, NotFound, Refusal
from kit.responses import refusals


class TooEarly(Refusal):
    """Too early"""

    code = "timing"


class TooLate(Refusal):
    """Too late"""

    code = "timing"


def test_refusals_of_one_status_share_a_response() -> None:
    responses = refusals(NotFound, TooEarly, Forbidden, TooLate)
    assert {status: response["description"] for status, response in responses.items()} == {
        404: "Not found",
        400: "Too early; Too late",
        403: "Access denied",
    }
    examples = responses[400]["content"]["application/json"]["examples"]
    assert [example["value"]["detail"] for example in examples.values()] == ["Too early", "Too late"]
    assert {example["value"]["code"] for example in examples.values()} == {"timing"}
