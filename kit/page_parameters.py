"""Query parameters of endpoints that answer in pages (`kit.pages`)."""

from typing import Annotated

from fastapi import Query

from kit.pages import MAX_CURSOR_LENGTH

Limit = Annotated[int, Query(ge=1, le=100, description="How many items a page holds at most.")]
Cursor = Annotated[
    str | None,
    Query(
        description="`next_cursor` of the page before; opaque. Absent: the first page.",
        json_schema_extra={"minLength": 1, "maxLength": MAX_CURSOR_LENGTH, "pattern": "^[A-Za-z0-9_-]+$"},
    ),
]
