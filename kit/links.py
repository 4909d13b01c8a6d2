"""Links in an API description: what a POST has made is what other operations are about (OpenAPI, Link Object).

They are found by how this API is built: who posts to `/api/things` gets `{id: …}`, and `/api/things/{thing_id}` and
what is below it take that id. Readers of the description can follow them, and so can programs.
"""

from __future__ import annotations

import re
from typing import Any, Final

_METHODS: Final = ("get", "put", "post", "delete", "patch")
_REFERENCE: Final = "#/components/schemas/"
_VERBS: Final = ("create", "start")
"""Last segments of paths of what makes something in the collection above them."""


def add_links(document: dict[str, Any]) -> None:
    """Link every response 201 of the OpenAPI `document` to the operations that take what it names; in place."""
    schemas = document.get("components", {}).get("schemas", {})
    for path, item in document.get("paths", {}).items():
        made = item.get("post", {}).get("responses", {}).get("201")
        if made is None:
            continue
        names = _properties(made, schemas)
        above, _, last = path.rpartition("/")
        collection = above if last in _VERBS else path
        links = {}
        for other, operations in document["paths"].items():
            parameter = _parameter(other, collection)
            name = parameter if parameter in names else "id"
            if parameter is None or name not in names:
                continue
            for method in _METHODS:
                operation_id = operations.get(method, {}).get("operationId")
                if operation_id is not None:
                    links[operation_id] = {
                        "operationId": operation_id,
                        "parameters": {parameter: f"$response.body#/{name}"},
                    }
        if links:
            made["links"] = links


def _parameter(path: str, collection: str) -> str | None:
    """The one parameter of a path in the collection; None where there is another one, or the path is elsewhere."""
    found = re.fullmatch(re.escape(collection) + r"/\{(\w+)\}(/[^{}]+)?", path)
    return None if found is None else found[1]


def _properties(response: dict[str, Any], schemas: dict[str, Any]) -> set[str]:
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    reference = schema.get("$ref", "")
    return set((schemas.get(reference.removeprefix(_REFERENCE)) or schema).get("properties", {}))
