"""One description of the API out of the descriptions of the services."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

from kit.links import add_links
from kit.schemas import Problem

Document = dict[str, Any]

INTERNAL: Final = "/internal/"
"""Paths below are between the processes, and no part of the API."""

SECURITY_SCHEME: Final = "bearer"

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_REFERENCE: Final = "#/components/schemas/"

PROBLEM: Final = f"{_REFERENCE}Problem"
"""What an error response refers to; `merge` provides it."""
_DESCRIPTION: Final = (
    "The API for sessions that people keep. Errors are RFC 9457 problem details; decide on `code`. "
    "Every POST takes an `Idempotency-Key`; single resources have an `ETag` for `If-None-Match` and `If-Match`."
)
_GATEWAY_RESPONSES: Final = {
    "400": "The request target or a header is malformed",
    "401": "There is no valid access token",
    "413": "The body is larger than 1 MiB",
    "415": "The body is not JSON",
    "429": "Too many requests; `Retry-After` says when to ask again",
    "503": "What is needed is not available just now",
    "504": "The service did not answer in time",
}


def merge(documents: Mapping[str, Document], *, version: str = "0.1.0") -> Document:
    """Return one OpenAPI 3.1 document of every public operation in `documents`, which stay as they are.

    `documents` are by the name of the service, which goes before the name of a schema or an operation that another
    service uses for something else; the first to come keeps the plain name. Operations need a bearer token unless
    they say `security: []` themselves, and carry the answers that the gateway gives for every service.

    Raises `ValueError` when two services describe the same method of the same path.
    """
    shared = {"tandem": {"components": {"schemas": _problem_schemas()}}}
    renamed = _rename_clashes(copy.deepcopy({**shared, **documents}))
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    tags: dict[str, Any] = {}
    operation_ids: set[str] = set()
    for service, document in renamed.items():
        for path, item in document.get("paths", {}).items():
            if path.startswith(INTERNAL):
                continue
            target = paths.setdefault(path, {})
            for key, value in item.items():
                if key in target and (key in _METHODS or target[key] != value):
                    raise ValueError(f"{service} describes {key} {path}, which another service has described")
                target[key] = _public(path, value, service, operation_ids) if key in _METHODS else value
        schemas.update(document.get("components", {}).get("schemas", {}))
        for tag in document.get("tags", ()):
            tags.setdefault(tag["name"], tag)
    schemas = _reachable(paths, schemas)
    add_links({"paths": paths, "components": {"schemas": schemas}})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tandem", "version": version, "description": _DESCRIPTION},
        "security": [{SECURITY_SCHEME: []}],
        **({"tags": list(tags.values())} if tags else {}),
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                SECURITY_SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            },
        },
    }


def _public(path: str, operation: Document, service: str, operation_ids: set[str]) -> Document:
    """One operation as the world sees it."""
    is_open = operation.get("security") == []
    operation.pop("security", None)
    if is_open:
        operation["security"] = []
    parameters = [
        parameter
        for parameter in operation.get("parameters", ())
        if not (
            parameter.get("in") == "header" and str(parameter.get("name", "")).lower().startswith("x-tandem-")
        )
    ]
    if parameters or "parameters" in operation:
        operation["parameters"] = parameters
    name = operation.get("operationId")
    if name is not None:
        while name in operation_ids:
            name = f"{service}_{name}"
        operation_ids.add(name)
        operation["operationId"] = name
    responses = operation.setdefault("responses", {})
    for status, description in _GATEWAY_RESPONSES.items():
        if not (is_open and status in ("401", "413", "415")):
            responses.setdefault(status, _problem_response(description))
    if "{" in path:
        responses.setdefault("404", _problem_response("There is nothing of that name"))
    operation["responses"] = dict(sorted(responses.items()))
    return operation


def _problem_response(description: str) -> Document:
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": PROBLEM}}},
    }


def _problem_schemas() -> Document:
    schema = Problem.model_json_schema(ref_template=_REFERENCE + "{model}", mode="serialization")
    parts: Document = schema.pop("$defs", {})
    return {"Problem": schema, **parts}


def _rename_clashes(documents: dict[str, Document]) -> dict[str, Document]:
    """Give schemas names of their own where two services mean different things by one."""
    schemas = {
        name: document.get("components", {}).get("schemas", {}) for name, document in documents.items()
    }
    clashing = _clashes(schemas)
    taken = {name for own in schemas.values() for name in own}
    kept: set[str] = set()
    for service, own in schemas.items():
        renames: dict[str, str] = {}
        for name in own:
            if name in clashing and name in kept:
                new = _title(service) + name
                while new in taken:
                    new += "_"
                taken.add(new)
                renames[_REFERENCE + name] = _REFERENCE + new
        kept.update(own)
        if renames:
            documents[service] = _apply(documents[service], renames)
    return documents


def _clashes(schemas: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The names that do not mean the same everywhere, be it only by what they refer to."""
    users: dict[str, list[Any]] = {}
    for own in schemas.values():
        for name, schema in own.items():
            users.setdefault(name, []).append(schema)
    shared = {name: found for name, found in users.items() if len(found) > 1}
    clashing = {name for name, found in shared.items() if any(other != found[0] for other in found[1:])}
    while True:
        more = {
            name
            for name, found in shared.items()
            if name not in clashing
            and any(reference.removeprefix(_REFERENCE) in clashing for reference in _references(found))
        }
        if not more:
            return clashing
        clashing |= more


def _apply(document: Document, renames: Mapping[str, str]) -> Document:
    renamed: Document = _renamed(document, renames)
    own = renamed["components"]["schemas"]
    renamed["components"]["schemas"] = {
        renames.get(_REFERENCE + name, _REFERENCE + name).removeprefix(_REFERENCE): schema
        for name, schema in own.items()
    }
    return renamed


def _renamed(node: Any, renames: Mapping[str, str]) -> Any:
    """`node` with its references to schemas renamed, those of discriminators too."""
    if isinstance(node, list):
        return [_renamed(item, renames) for item in node]
    if isinstance(node, dict):
        return {key: _renamed(value, renames) for key, value in node.items()}
    # Whatever is spelled like a reference is one: nothing else in a description begins so.
    return renames.get(node, node) if isinstance(node, str) else node


def _references(node: Any) -> set[str]:
    """Every reference to a schema below `node`."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        at = waiting.pop()
        if isinstance(at, list):
            waiting.extend(at)
        elif isinstance(at, dict):
            reference = at.get("$ref")
            if isinstance(reference, str) and reference.startswith(_REFERENCE):
                found.add(reference)
            waiting.extend(at.values())
    return found


def _reachable(paths: Document, schemas: Mapping[str, Any]) -> Document:
    """The schemas that an operation needs, directly or not; what only internal paths used is left out."""
    kept: Document = {}
    waiting = [reference.removeprefix(_REFERENCE) for reference in _references(paths)]
    while waiting:
        name = waiting.pop()
        if name not in kept and name in schemas:
            kept[name] = schemas[name]
            waiting.extend(reference.removeprefix(_REFERENCE) for reference in _references(schemas[name]))
    return kept


def _title(service: str) -> str:
    return "".join(part.capitalize() for part in service.replace("-", "_").split("_"))
