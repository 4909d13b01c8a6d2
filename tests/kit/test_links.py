from typing import Any

import pytest

from kit.links import add_links


def operation(name: str, status: int = 200, answer: dict[str, Any] | None = None) -> dict[str, Any]:
    content = {"application/json": {"schema": answer or {"properties": {"id": {}}}}}
    return {"operationId": name, "responses": {str(status): {"description": "", "content": content}}}


@pytest.mark.parametrize("maker", ["/api/things", "/api/things/create", "/api/things/start"])
def test_what_is_made_is_what_others_are_about(maker: str) -> None:
    document: dict[str, Any] = {
        "paths": {
            maker: {"post": operation("make", 201)},
            "/api/things/{thing_id}": {"get": operation("show"), "patch": operation("change")},
            "/api/things/{thing_id}/close": {"post": operation("close")},
        }
    }
    add_links(document)
    assert document["paths"][maker]["post"]["responses"]["201"]["links"] == {
        name: {"operationId": name, "parameters": {"thing_id": "$response.body#/id"}}
        for name in ("show", "change", "close")
    }


def test_what_is_named_like_the_parameter_comes_before_the_id() -> None:
    answer = {"$ref": "#/components/schemas/Thing"}
    document: dict[str, Any] = {
        "components": {"schemas": {"Thing": {"properties": {"id": {}, "thing_id": {}}}}},
        "paths": {
            "/api/things": {"post": operation("make", 201, answer)},
            "/api/things/{thing_id}": {"get": operation("show")},
        },
    }
    add_links(document)
    links = document["paths"]["/api/things"]["post"]["responses"]["201"]["links"]
    assert links["show"]["parameters"] == {"thing_id": "$response.body#/thing_id"}


@pytest.mark.parametrize(
    "other",
    [
        "/api/other/{thing_id}",
        "/api/things/{thing_id}/parts/{part}",
        "/api/things/all",
        "/api/{kind}/{thing_id}",
    ],
)
def test_what_takes_more_or_is_elsewhere_is_not_linked(other: str) -> None:
    document: dict[str, Any] = {
        "paths": {"/api/things": {"post": operation("make", 201)}, other: {"get": operation("show")}}
    }
    add_links(document)
    assert "links" not in document["paths"]["/api/things"]["post"]["responses"]["201"]


@pytest.mark.parametrize(("status", "answer"), [(200, None), (201, {"properties": {"name": {}}})])
def test_what_makes_nothing_or_names_nothing_has_no_links(status: int, answer: dict[str, Any] | None) -> None:
    document: dict[str, Any] = {
        "paths": {
            "/api/things": {"post": operation("make", status, answer)},
            "/api/things/{thing_id}": {"get": operation("show")},
        }
    }
    add_links(document)
    assert "links" not in document["paths"]["/api/things"]["post"]["responses"][str(status)]
