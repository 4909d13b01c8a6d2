"""The API description of a house, as it is: FastAPI's document with the errors that are really answered."""

from __future__ import annotations

from typing import Any

from kit.problems import MEDIA_TYPE, Validation
from kit.schemas import Problem

_REF = "#/components/schemas/{model}"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_FRAMEWORK_SCHEMAS = ("HTTPValidationError", "ValidationError")

_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same body answers what the first call answered. Kept for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+$"},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "Change only this version (an ETag of a GET); else 412.",
    "schema": {"type": "string"},
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The version that the client has (an ETag of a GET); 304 when it is still the newest.",
    "schema": {"type": "string"},
}


def describe(document: dict[str, Any], *, validation: Validation | None = None) -> dict[str, Any]:
    """Amend FastAPI's `document` in place and return it.

    Every error response is a :class:`kit.schemas.Problem`; invalid requests are answered as `validation` says;
    GET takes `If-None-Match`, POST `Idempotency-Key`, PUT and PATCH `If-Match`.
    """
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template=_REF, mode="serialization")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                _describe_operation(path, method, item[method], validation)
    for name in _FRAMEWORK_SCHEMAS:
        schemas.pop(name, None)
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document


def _describe_operation(
    path: str, method: str, operation: dict[str, Any], validation: Validation | None
) -> None:
    responses = operation.setdefault("responses", {})
    takes_input = responses.pop("422", None) is not None
    for status, response in responses.items():
        if status[:1] in "45" or status == "default":
            response["content"] = _problem_content(response.get("content", {}))
    if takes_input or method == "post":
        rule = validation(path) if validation is not None else None
        status, detail = (str(rule[0]), rule[2]) if rule else ("422", "The request is not valid")
        responses.setdefault(status, _problem(detail))
    if method == "post":
        responses.setdefault("409", _problem("A request with this Idempotency-Key is under way"))
        responses.setdefault("422", _problem("This Idempotency-Key was used with another request body"))
    if "requestBody" in operation:
        responses.setdefault("413", _problem("The body is larger than 1 MiB"))
        responses.setdefault("415", _problem("The body is not JSON"))
    if method == "get":
        responses.setdefault(
            "304", {"description": "What the client has, as If-None-Match says, is the newest"}
        )
        operation.setdefault("parameters", []).append(_IF_NONE_MATCH)
    if method in ("put", "patch"):
        responses.setdefault("412", _problem("The resource is not the version that If-Match names"))
        operation.setdefault("parameters", []).append(_IF_MATCH)
    if method == "post":
        operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
    responses.setdefault("401", _problem("Authentication required"))
    responses.setdefault("503", _problem("Not possible just now; try again"))
    responses.setdefault("default", _problem("Any other error"))
    operation["responses"] = dict(sorted(responses.items()))


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": _problem_content({})}


def _problem_content(given: dict[str, Any]) -> dict[str, Any]:
    examples: dict[str, Any] = {}
    for media in given.values():
        examples = {key: media[key] for key in ("example", "examples") if key in media}
    return {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}, **examples}}
