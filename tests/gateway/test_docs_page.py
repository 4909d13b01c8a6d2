"""`/docs`: everything from here, under a strict policy, and kept by browsers for as long as it stays the same."""

import re

import httpx
import pytest

TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


async def test_the_page_is_html_under_a_strict_policy(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cache-control"] == "no-cache"
    policy = page.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"} <= set(
        policy
    )
    assert "unsafe" not in page.headers["content-security-policy"]
    again = await client.get("/docs", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_page_has_nothing_inline_and_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon[a-z]+=", page)
    assert not re.search(r"https?://", page)
    named = re.findall(r'(?:src|href)="(/docs/[^"]+)"', page)
    assert len(named) == 4
    for address in named:
        answer = await client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["content-type"] == TYPES[address.rpartition(".")[2]]
        # Its name tells what is in it.
        assert re.search(r"\.[0-9a-f]{12}\.", address)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        again = await client.get(address, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_the_script_asks_for_our_own_description(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text
    script = re.search(r'src="(/docs/start\.[^"]+)"', page)
    assert script is not None
    assert 'url: "/openapi.json"' in (await client.get(script[1])).text


@pytest.mark.parametrize("path", ["/docs/endpoints.py", "/docs/page.js", "/docs/swagger-ui.css", "/docs/"])
async def test_everything_else_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
