"""The demo page's files: where they are served, as what, and what a browser is told to hold them to."""

import json
import re

import httpx
import pytest

from deploy.seed.people import PEOPLE
from gateway.demo.endpoints import FOLDER
from tests.gateway.conftest import Serve
from tests.gateway.running import SECRET

PRODUCTION = {
    "environment": "production",
    "jwt_secret": SECRET,
    "internal_secret": "an internal secret that is long enough",
}

FILES = sorted(path.name for path in FOLDER.iterdir() if path.suffix in {".css", ".js", ".svg"})

TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


async def test_the_page_is_html_under_a_strict_policy(client: httpx.AsyncClient) -> None:
    for path in ("/app", "/app/", "/app?left=a&right=b"):
        page = await client.get(path)
        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["x-content-type-options"] == "nosniff"
        policy = page.headers["content-security-policy"].split("; ")
        assert {
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "frame-ancestors 'none'",
        } <= set(policy)
        assert "unsafe" not in page.headers["content-security-policy"]


async def test_the_page_has_nothing_inline_and_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = (await client.get("/app")).text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon[a-z]+=", page)
    assert not re.search(r"https?://", page)
    for address in re.findall(r'(?:src|href)="(/app/[^"]+)"', page):
        assert (await client.get(address)).status_code == 200, address


@pytest.mark.parametrize("name", FILES)
async def test_a_file_has_its_type_and_is_sent_once(client: httpx.AsyncClient, name: str) -> None:
    first = await client.get(f"/app/{name}")
    assert first.status_code == 200
    assert first.headers["content-type"] == TYPES[name.rpartition(".")[2]]
    assert first.headers["cache-control"] == "no-cache"
    assert first.content == (FOLDER / name).read_bytes()

    again = await client.get(f"/app/{name}", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert (await client.get(f"/app/{name}", headers={"If-None-Match": '"other"'})).status_code == 200


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".js")])
async def test_a_module_imports_only_what_is_served(client: httpx.AsyncClient, name: str) -> None:
    for imported in re.findall(r'from "\./([^"]+)"', (FOLDER / name).read_text()):
        assert imported in FILES


@pytest.mark.parametrize(
    "path", ["/app/endpoints.py", "/app/__init__.py", "/app/nothing.js", "/app/js/main.js"]
)
async def test_everything_else_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("settings", "status"),
    [({}, 200), ({"demo_page": False}, 404), (PRODUCTION, 404), ({**PRODUCTION, "demo_page": True}, 200)],
)
async def test_it_is_there_in_development_or_when_asked_for(
    serve: Serve, settings: dict[str, object], status: int
) -> None:
    async with httpx.AsyncClient(base_url=serve(**settings).url) as client:
        assert (await client.get("/app")).status_code == status
        assert (await client.get("/app/main.js")).status_code == status


def test_its_people_are_those_of_the_demo() -> None:
    listed = re.findall(r'\{ id: "([^"]+)", name: ("[^"]+") \}', (FOLDER / "people.js").read_text())
    assert [(id_, json.loads(name)) for id_, name in listed] == [
        (str(person.id), person.name) for person in PEOPLE if person.role == "authenticated"
    ]
