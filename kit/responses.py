"""Describing refusals: what an endpoint can say no with, out of the very classes that it raises."""

from typing import Any

from kit.errors import Refusal


def refusals(*kinds: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of an endpoint that can raise these: by status, with an example for each code.

    `kit.openapi` gives them their schema and media type.
    """
    responses: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        response = responses.setdefault(
            kind.status, {"description": "", "content": {"application/json": {"examples": {}}}}
        )
        response["description"] = "; ".join(filter(None, (response["description"], kind.default_detail)))
        response["content"]["application/json"]["examples"][_name(kind, response)] = {
            "summary": kind.default_detail,
            "value": {
                "type": f"urn:tandem:problem:{kind.code}",
                "title": kind.code.replace("_", " ").capitalize(),
                "status": kind.status,
                "detail": kind.default_detail,
                "code": kind.code,
            },
        }
    return responses


def _name(kind: type[Refusal], response: dict[str, Any]) -> str:
    # Two refusals may share a code, and an example has to have a name of its own.
    taken = response["content"]["application/json"]["examples"]
    return kind.code if kind.code not in taken else f"{kind.code}_{len(taken)}"
