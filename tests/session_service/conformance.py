"""Every answer of every test of the service is held against the service's own API description."""

import re
from typing import Any

import httpx
import jsonschema_rs
from fastapi import FastAPI

JSON = "application/json"


class Conformance:
    """The description of a service, as a check of answers."""

    def __init__(self, app: FastAPI):
        self._document = app.openapi()
        self._paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path) + r"\Z"), path)
            for path in self._document["paths"]
        ]
        # Those without parameters first: /api/session/create is no session's id.
        self._paths.sort(key=lambda pair: pair[1].count("{"))
        self._validators: dict[tuple[str, str, str], Any] = {}

    async def check(self, response: httpx.Response) -> None:
        """Fails the test when the answer is not one that the description tells of."""
        await response.aread()
        method, path = response.request.method.lower(), response.request.url.path
        for pattern, template in self._paths:
            if pattern.match(path) and method in self._document["paths"][template]:
                self._check(response, template, method)
                return

    def _check(self, response: httpx.Response, template: str, method: str) -> None:
        where = f"{method.upper()} {template} {response.status_code}"
        described = self._document["paths"][template][method]["responses"]
        status = str(response.status_code)
        if status not in described:
            assert response.status_code >= 400, f"{where}: not described"
            status = "default"
        content = described[status].get("content", {})
        if not content:
            assert response.content == b"", f"{where}: described without a body"
            return
        media_type = response.headers["content-type"]
        assert media_type in content, f"{where}: {media_type} is not described"
        if not media_type.partition(";")[0].endswith("json"):
            return
        key = (template, method, status)
        if key not in self._validators:
            schema = {**content[media_type]["schema"], "components": self._document["components"]}
            self._validators[key] = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
        faults = [
            f"{fault.instance_path}: {fault.message}"
            for fault in self._validators[key].iter_errors(response.json())
        ]
        assert not faults, f"{where}: {faults}"
