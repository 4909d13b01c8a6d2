"""The local mail server: takes everything, keeps little, and lets no mail act."""

import asyncio
import smtplib
import sys
from collections.abc import AsyncIterator
from email.message import EmailMessage

import httpx
import pytest

from deploy.local.ports import free_port
from deploy.mail_sink.page import MAIL_POLICY, create_page
from deploy.mail_sink.store import Store
from tests.support.waiting import eventually

EVIL = "<script>alert(1)</script><img src=https://evil.example/x><p>Hello</p>"


def message(subject: str = "Hello", html: str | None = None) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.com", "b@example.com", subject
    made.set_content("Hello in text <b>")
    if html is not None:
        made.add_alternative(html, subtype="html")
    return made.as_bytes()


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
async def client(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_page(store))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8025") as client:
        yield client


def test_the_last_mails_are_kept_by_number_and_by_size() -> None:
    store = Store(most_mails=3)
    for number in range(5):
        store.add("a@example.com", ("b@example.com",), message(str(number)))
    assert [mail.subject for mail in store.all()] == ["4", "3", "2"]
    assert (store.find(1), store.version) == (None, 5)
    small = Store(most_bytes=len(message()) * 2)
    for _ in range(5):
        small.add("a@example.com", ("b@example.com",), message())
    assert len(small.all()) == 2
    small.add("a@example.com", ("b@example.com",), message("x" * 10_000))
    assert len(small.all()) == 1, "one that is too large for all is shown all the same"
    small.clear()
    assert small.all() == []


@pytest.mark.parametrize(
    "source", [b"", b"\xff\xfe\x00", b"Subject: =?x?y?z?=\r\nTo: <<<\r\n\r\nx", b"no headers at all"]
)
async def test_whatever_comes_is_shown(store: Store, client: httpx.AsyncClient, source: bytes) -> None:
    mail = store.add("", (), source)
    for view in "html", "text", "source", "nonsense":
        assert (await client.get(f"/mails/{mail.number}", params={"view": view})).status_code == 200
    assert (await client.get("/mails.json")).status_code == 200


async def test_a_mail_can_do_nothing(store: Store, client: httpx.AsyncClient) -> None:
    mail = store.add(
        "a@example.com", ("<script>x</script>@example.com",), message("<script>y</script>", EVIL)
    )
    page = await client.get(f"/mails/{mail.number}")
    assert "<script>x" not in page.text
    assert "<script>y" not in page.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert "script-src 'sha256-" in page.headers["content-security-policy"]
    body = await client.get(f"/mails/{mail.number}/html")
    assert "<p>Hello</p>" in body.text
    assert body.headers["content-security-policy"] == MAIL_POLICY
    assert MAIL_POLICY.startswith("sandbox allow-popups")
    assert "default-src 'none'" in MAIL_POLICY
    assert "allow-scripts" not in MAIL_POLICY + page.text
    text = await client.get(f"/mails/{mail.number}?view=text")
    assert "Hello in text &lt;b&gt;" in text.text


async def test_pages_of_the_web_get_nothing_by_another_name(client: httpx.AsyncClient) -> None:
    assert (await client.get("/", headers={"Host": "evil.example"})).status_code == 400
    assert (await client.get("/")).status_code == 200


async def test_what_is_gone_is_gone(store: Store, client: httpx.AsyncClient) -> None:
    assert (await client.get("/mails/7")).status_code == 303
    assert (await client.get("/mails/7/html")).status_code == 404
    store.add("a@example.com", ("b@example.com",), message())
    assert (await client.post("/clear")).status_code == 303
    assert (await client.get("/mails.json")).json()["mails"] == []


async def test_as_a_process_it_takes_mail_shows_it_and_stops() -> None:
    smtp_port = free_port()
    page_port = free_port(avoid=frozenset({smtp_port}))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.mail_sink", f"--smtp-port={smtp_port}", f"--page-port={page_port}")
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{page_port}") as client:

            async def answers() -> bool:
                try:
                    return (await client.get("/")).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually(answers, timeout=30)

            def send() -> None:
                with smtplib.SMTP("127.0.0.1", smtp_port, timeout=10) as smtp:
                    smtp.sendmail("a@example.com", ["b@example.com", "c@example.com"], message("Grüße"))

            await asyncio.to_thread(send)
            (mail,) = (await client.get("/mails.json")).json()["mails"]
            assert (mail["subject"], mail["recipients"]) == ("Grüße", ["b@example.com", "c@example.com"])
        taken = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy.mail_sink", f"--smtp-port={smtp_port}", "--page-port=1"),
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await asyncio.wait_for(taken.communicate(), 30)
        assert taken.returncode == 1
        assert f"port {smtp_port}" in said.decode()
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 10)
