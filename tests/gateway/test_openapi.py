import copy
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel

from gateway.openapi import merge
from kit.callers import CurrentCaller
from kit.openapi import describe

REF = "#/components/schemas/"


def operation(schema: str | None = None, **more: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": REF + schema}}} if schema else {}
    return {"responses": {"200": {"description": "OK", "content": content}}, **more}


def document(paths: dict[str, Any], schemas: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "a service", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas or {}},
        **more,
    }


def answer_schema(merged: dict[str, Any], path: str, method: str = "get") -> str:
    content = merged["paths"][path][method]["responses"]["200"]["content"]
    reference: str = content["application/json"]["schema"]["$ref"]
    return reference.removeprefix(REF)


def valid(merged: dict[str, Any]) -> dict[str, Any]:
    OpenAPIV31SpecValidator(merged).validate()
    return merged


def test_paths_of_all_services_are_in_one_document() -> None:
    merged = valid(
        merge(
            {
                "session": document({"/api/session": {"get": operation()}}),
                "reputation": document({"/api/reputation/me": {"get": operation()}}),
            }
        )
    )
    assert list(merged["paths"]) == ["/api/reputation/me", "/api/session"]
    assert merged["openapi"] == "3.1.0"
    assert merged["info"]["title"] == "Tandem"


def test_internal_paths_and_what_only_they_use_are_left_out() -> None:
    merged = merge(
        {
            "session": document(
                {"/internal/readyz": {"get": operation("State")}, "/api/me": {"get": operation("Me")}},
                {"State": {"type": "object"}, "Me": {"$ref": f"{REF}Name"}, "Name": {"type": "string"}},
            )
        }
    )
    assert list(merged["paths"]) == ["/api/me"]
    assert {"Me", "Name", "Problem"} <= set(merged["components"]["schemas"])
    assert "State" not in merged["components"]["schemas"]


def test_schemas_that_are_the_same_are_one() -> None:
    item = {"type": "object", "properties": {"id": {"type": "string"}}}
    merged = merge(
        {
            "session": document({"/api/a": {"get": operation("Item")}}, {"Item": item}),
            "reputation": document({"/api/b": {"get": operation("Item")}}, {"Item": copy.deepcopy(item)}),
        }
    )
    assert answer_schema(merged, "/api/a") == answer_schema(merged, "/api/b") == "Item"


def test_schemas_that_clash_get_names_of_their_own() -> None:
    merged = valid(
        merge(
            {
                "session": document({"/api/a": {"get": operation("Item")}}, {"Item": {"type": "string"}}),
                "reputation": document({"/api/b": {"get": operation("Item")}}, {"Item": {"type": "integer"}}),
            }
        )
    )
    assert answer_schema(merged, "/api/a") == "Item"
    assert answer_schema(merged, "/api/b") == "ReputationItem"
    assert merged["components"]["schemas"]["Item"] == {"type": "string"}
    assert merged["components"]["schemas"]["ReputationItem"] == {"type": "integer"}


def test_schemas_that_only_refer_to_clashing_ones_clash_too() -> None:
    def service(path: str, item: str) -> dict[str, Any]:
        page = {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": f"{REF}Item"}}}}
        book = {"type": "object", "properties": {"page": {"$ref": f"{REF}Page"}}}
        return document(
            {path: {"get": operation("Book")}}, {"Book": book, "Page": page, "Item": {"type": item}}
        )

    merged = valid(
        merge({"session": service("/api/a", "string"), "reputation": service("/api/b", "integer")})
    )
    schemas = merged["components"]["schemas"]
    assert answer_schema(merged, "/api/b") == "ReputationBook"
    assert schemas["ReputationBook"]["properties"]["page"]["$ref"] == f"{REF}ReputationPage"
    assert schemas["ReputationPage"]["properties"]["items"]["items"]["$ref"] == f"{REF}ReputationItem"
    assert schemas["Page"]["properties"]["items"]["items"]["$ref"] == f"{REF}Item"


def test_a_new_name_avoids_those_that_are_taken() -> None:
    merged = merge(
        {
            "session": document(
                {"/api/a": {"get": operation("Item")}, "/api/c": {"get": operation("ReputationItem")}},
                {"Item": {"type": "string"}, "ReputationItem": {"type": "boolean"}},
            ),
            "reputation": document({"/api/b": {"get": operation("Item")}}, {"Item": {"type": "integer"}}),
        }
    )
    schemas = merged["components"]["schemas"]
    assert schemas[answer_schema(merged, "/api/a")] == {"type": "string"}
    assert schemas[answer_schema(merged, "/api/b")] == {"type": "integer"}
    assert schemas[answer_schema(merged, "/api/c")] == {"type": "boolean"}


def test_discriminators_follow_their_schemas() -> None:
    pet = {
        "oneOf": [{"$ref": f"{REF}Cat"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": f"{REF}Cat"}},
    }
    merged = merge(
        {
            "session": document({"/api/a": {"get": operation("Cat")}}, {"Cat": {"type": "string"}}),
            "reputation": document(
                {"/api/b": {"get": operation("Pet")}}, {"Pet": pet, "Cat": {"type": "object"}}
            ),
        }
    )
    assert merged["components"]["schemas"]["Pet"]["discriminator"]["mapping"] == {
        "cat": f"{REF}ReputationCat"
    }


def test_the_same_method_of_a_path_is_described_once() -> None:
    one, other = ({"/api/a": {"get": operation()}} for _ in range(2))
    with pytest.raises(ValueError, match="get /api/a"):
        merge({"session": document(one), "reputation": document(other)})


def test_methods_of_one_path_may_come_from_several_services() -> None:
    merged = merge(
        {
            "session": document({"/api/a": {"post": operation()}}),
            "reputation": document({"/api/a": {"get": operation()}}),
        }
    )
    assert set(merged["paths"]["/api/a"]) == {"get", "post"}


def test_operation_ids_stay_unique() -> None:
    merged = valid(
        merge(
            {
                "session": document({"/api/a": {"get": operation(operationId="list_items")}}),
                "reputation": document({"/api/b": {"get": operation(operationId="list_items")}}),
            }
        )
    )
    assert merged["paths"]["/api/a"]["get"]["operationId"] == "list_items"
    assert merged["paths"]["/api/b"]["get"]["operationId"] == "reputation_list_items"


def test_an_operation_needs_a_token_unless_it_says_that_it_is_open() -> None:
    paths = {
        "/api/a": {"get": operation(security=[{"internal": []}])},
        "/api/b": {"get": operation(security=[])},
        "/api/c": {"get": operation()},
    }
    merged = valid(merge({"session": document(paths)}))
    assert merged["security"] == [{"bearer": []}]
    assert merged["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert "security" not in merged["paths"]["/api/a"]["get"]
    assert merged["paths"]["/api/b"]["get"]["security"] == []
    assert "401" not in merged["paths"]["/api/b"]["get"]["responses"]
    assert "security" not in merged["paths"]["/api/c"]["get"]
    assert "401" in merged["paths"]["/api/c"]["get"]["responses"]


def test_what_the_gateway_answers_is_described_and_the_service_has_the_first_word() -> None:
    told = {"200": {"description": "OK"}, "503": {"description": "the service's words"}}
    merged = merge({"session": document({"/api/a": {"get": {"responses": told}}})})
    responses = merged["paths"]["/api/a"]["get"]["responses"]
    assert responses["503"]["description"] == "the service's words"
    assert responses["504"]["content"] == {"application/problem+json": {"schema": {"$ref": f"{REF}Problem"}}}
    assert {"401", "413", "415"} <= set(responses)


def test_the_identity_between_the_processes_is_no_parameter() -> None:
    parameters = [
        {"name": "X-Tandem-Identity", "in": "header", "schema": {"type": "string"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
    ]
    merged = merge({"session": document({"/api/a": {"get": operation(parameters=parameters)}})})
    assert [one["name"] for one in merged["paths"]["/api/a"]["get"]["parameters"]] == ["limit"]


def test_tags_are_listed_once() -> None:
    merged = merge(
        {
            "session": document({}, tags=[{"name": "buddy", "description": "x"}]),
            "reputation": document({}, tags=[{"name": "buddy"}, {"name": "reputation"}]),
        }
    )
    assert merged["tags"] == [{"name": "buddy", "description": "x"}, {"name": "reputation"}]


def test_what_is_merged_stays_as_it_is() -> None:
    documents = {
        "session": document(
            {"/api/a": {"get": operation("Item", security=[])}}, {"Item": {"type": "string"}}
        ),
        "reputation": document({"/api/b": {"get": operation("Item")}}, {"Item": {"type": "integer"}}),
    }
    before = copy.deepcopy(documents)
    merge(documents)
    assert documents == before


def test_documents_as_the_services_make_them_become_a_valid_one() -> None:
    def service(prefix: str, fields: dict[str, Any]) -> dict[str, Any]:
        item = type("Item", (BaseModel,), {"__annotations__": fields})
        router = APIRouter(prefix=prefix)

        @router.get("/{id}", response_model=item)
        async def read_item(id: int, caller: CurrentCaller) -> Any: ...

        @router.post("", response_model=item, status_code=201)
        async def create_item(body: item, caller: CurrentCaller) -> Any: ...  # type: ignore[valid-type]  # a model made at run time

        app = FastAPI(generate_unique_id_function=lambda route: route.name)
        app.include_router(router)
        return describe(app.openapi())

    merged = valid(
        merge({"session": service("/api/a", {"name": str}), "reputation": service("/api/b", {"points": int})})
    )
    assert set(merged["components"]["schemas"]["Item"]["properties"]) == {"name"}
    assert set(merged["components"]["schemas"]["ReputationItem"]["properties"]) == {"points"}
    assert merged["paths"]["/api/b"]["post"]["operationId"] == "reputation_create_item"


def test_what_the_gateway_itself_answers_is_described() -> None:
    merged = merge(
        {"session": document({"/api/a": {"get": operation()}, "/api/a/{id}": {"get": operation()}})}
    )
    # A path that names nothing in one way only is nobody's: a control character in an id, say.
    assert "404" not in merged["paths"]["/api/a"]["get"]["responses"]
    for status in ("400", "404", "429", "504"):
        assert (
            "application/problem+json"
            in merged["paths"]["/api/a/{id}"]["get"]["responses"][status]["content"]
        )
