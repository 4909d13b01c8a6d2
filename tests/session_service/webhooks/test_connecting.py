"""Connecting: whatever was registered, the connection goes to public addresses only, to those that were checked."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from session_service.webhooks import resolving
from session_service.webhooks.addresses import Allowance
from session_service.webhooks.errors import ForbiddenAddress
from session_service.webhooks.resolving import Names, SystemLookUp, UnknownHost
from session_service.webhooks.sending import transport
from session_service.webhooks.sending.transport import Sender
from tests.session_service.webhooks.conftest import MakeHands, MakeOwner, Notify, Receiver, receiving
from tests.session_service.webhooks.test_addresses import FORBIDDEN_ENCODINGS, NOT_PUBLIC
from tests.support.certificates import Certificate, self_signed
from tests.support.waiting import eventually

NEAR = Allowance(http=True, networks=(ip_network("127.0.0.0/8"),))
FAR = Allowance(http=True)
BODY = b"{}"


def resolving_to(*answers: list[str]) -> Callable[[str], Awaitable[list[str]]]:
    """A resolver that answers this, one after the other; the last one from then on."""
    left = list(answers)

    async def look_up(host: str) -> list[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return look_up


def sender(allowance: Allowance, look_up: resolving.LookUp | None = None, **options: Any) -> Sender:
    return Sender(allowance, look_up=look_up, **{"connect_timeout": 10.0, "timeout": 10.0, **options})


@pytest.fixture
async def sockets(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that anything in this process connects to."""
    connected: list[str] = []
    loop = asyncio.get_running_loop()
    original = type(loop).sock_connect

    async def sock_connect(
        self: asyncio.AbstractEventLoop, sock: socket.socket, address: tuple[str, int]
    ) -> None:
        connected.append(address[0])
        await original(self, sock, address)

    monkeypatch.setattr(type(loop), "sock_connect", sock_connect)
    return connected


@pytest.mark.parametrize("address", NOT_PUBLIC.values(), ids=NOT_PUBLIC.keys())
async def test_a_name_that_resolves_to_what_is_not_public_is_not_called(
    address: str, sockets: list[str]
) -> None:
    outcome = await sender(FAR, resolving_to([address])).send("http://name.example.com:8080/", {}, BODY)
    assert (outcome.status, outcome.error) == (None, transport.NOT_PUBLIC)
    # Nor when a public one is among them.
    outcome = await sender(FAR, resolving_to(["8.8.8.8", address])).send("http://name.example.com/", {}, BODY)
    assert outcome.error == transport.NOT_PUBLIC
    assert sockets == []


@pytest.mark.parametrize("address", NOT_PUBLIC.values(), ids=NOT_PUBLIC.keys())
async def test_the_socket_itself_refuses_what_nobody_has_checked(address: str) -> None:
    """As if the resolver's check were not there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(transport._NotPublic):
        sender(FAR)._socket((family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, 443)))


@pytest.mark.parametrize("url", FORBIDDEN_ENCODINGS)
async def test_what_slipped_through_registration_is_not_called(url: str, sockets: list[str]) -> None:
    outcome = await sender(FAR).send(url, {}, BODY)
    assert outcome.error in (transport.NOT_PUBLIC, transport.NOT_TAKEN)
    assert sockets == []


async def test_a_name_that_changes_its_mind_is_not_followed(sockets: list[str]) -> None:
    """Rebinding: public when it is looked at, this machine when it is called."""
    async with receiving() as receiver:
        url = f"http://rebinding.example.com:{receiver.port}/"
        look_up = resolving_to(["8.8.8.8"], ["127.0.0.1"])
        names = Names((), look_up=look_up)
        assert [str(one) for one in await names.addresses("rebinding.example.com")] == ["8.8.8.8"]
        outcome = await sender(FAR, look_up).send(url, {}, BODY)
        assert outcome.error == transport.NOT_PUBLIC
        assert receiver.connections == 0
        assert sockets == []


async def test_a_delivery_s_every_attempt_is_judged_anew(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify
) -> None:
    ann = await make_owner()
    async with receiving() as receiver:
        webhook = await ann.add(f"http://localhost:{receiver.port}/")
        await notify(ann.id)
        look_up = resolving_to(["10.0.0.1"], ["127.0.0.1", "10.0.0.1"], ["127.0.0.1"])
        await make_hands(look_up).until_idle()
        assert receiver.connections == 1
    (delivery,) = await ann.deliveries(webhook)
    assert delivery["state"] == "delivered"
    assert [line["error"] for line in delivery["log"]] == [None, transport.NOT_PUBLIC, transport.NOT_PUBLIC]


async def test_the_name_is_looked_up_once_for_a_connection_which_goes_to_what_was_found(
    sockets: list[str],
) -> None:
    asked: list[str] = []

    async def look_up(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.7"]

    async with receiving() as receiver:
        url = f"http://somewhere.example.com:{receiver.port}/x"
        # The server listens on another address of loopback: nothing is there.
        outcome = await sender(NEAR, look_up).send(url, {}, BODY)
    assert outcome.error == transport.NO_CONNECTION
    assert (asked, sockets) == (["somewhere.example.com"], ["127.0.0.7"])


async def test_no_proxy_of_the_environment_is_asked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert (await sender(NEAR).send(receiver.url, {}, BODY)).status == 200


async def test_cookies_and_redirects_lead_nowhere() -> None:
    async with receiving() as aim:

        async def redirect(
            receiver: Receiver, reader: object, writer: asyncio.StreamWriter, request: object
        ) -> None:
            writer.write(
                b"HTTP/1.1 307 Temporary Redirect\r\nSet-Cookie: a=b; Path=/\r\n"
                b"Location: " + aim.url.encode() + b"\r\nContent-Length: 0\r\n\r\n"
            )
            await writer.drain()

        async with receiving(redirect) as receiver:
            one = sender(NEAR)
            for _ in range(2):
                outcome = await one.send(receiver.url, {}, BODY)
                assert outcome.status == 307
            assert "cookie" not in receiver.requests[1].headers
        assert aim.connections == 0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed("hooks.example.com", tmp_path_factory.mktemp("tls"))


async def test_tls_is_for_the_name_and_the_connection_for_the_address(certificate: Certificate) -> None:
    named: list[str | None] = []
    context = certificate.server_context()
    context.sni_callback = lambda _, name, __: named.append(name)
    trusting = ssl.create_default_context(cafile=str(certificate.path))
    async with receiving(ssl=context) as receiver:
        url = f"https://hooks.example.com:{receiver.port}/x"
        outcome = await sender(NEAR, resolving_to(["127.0.0.1"]), tls=trusting).send(url, {}, BODY)
        assert (outcome.status, outcome.error) == (200, None)
        assert named == ["hooks.example.com"]
        assert receiver.requests[0].headers["host"] == f"hooks.example.com:{receiver.port}"
        # The same server under a name that is not in its certificate.
        url = f"https://other.example.com:{receiver.port}/x"
        outcome = await sender(NEAR, resolving_to(["127.0.0.1"]), tls=trusting).send(url, {}, BODY)
        assert outcome.error == transport.BAD_CERTIFICATE
        assert len(receiver.requests) == 1


async def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Certificate) -> None:
    async with receiving(ssl=certificate.server_context()) as receiver:
        url = f"https://hooks.example.com:{receiver.port}/x"
        outcome = await sender(NEAR, resolving_to(["127.0.0.1"])).send(url, {}, BODY)
        assert outcome.error == transport.BAD_CERTIFICATE
        assert receiver.requests == []


async def test_what_speaks_no_tls(receiver: Receiver) -> None:
    url = receiver.url.replace("http://", "https://")
    outcome = await sender(NEAR, connect_timeout=0.5).send(url, {}, BODY)
    assert outcome.error in (transport.NO_TLS, transport.SLOW_TO_CONNECT, transport.CLOSED)
    assert receiver.requests == []


async def test_connecting_is_not_waited_for_for_ever() -> None:
    async def never(host: str) -> list[str]:
        await asyncio.Event().wait()
        return []

    outcome = await sender(NEAR, never, connect_timeout=0.5).send("http://slow.example.com/", {}, BODY)
    assert outcome.error == transport.SLOW_TO_CONNECT


async def test_errors_tell_nothing_of_what_was_found_out() -> None:
    for found in (["10.9.8.7"], ["127.9.9.9"]):
        outcome = await sender(NEAR, resolving_to(found)).send("http://name.example.com:9999/", {}, BODY)
        assert outcome.error in (transport.NOT_PUBLIC, transport.NO_CONNECTION)


async def test_the_system_is_asked_for_real_names() -> None:
    look_up = SystemLookUp()
    assert {ip_address(address).is_loopback for address in await look_up("localhost")} == {True}
    with pytest.raises(ForbiddenAddress):
        await Names(()).addresses("localhost")
    with pytest.raises(UnknownHost):
        await Names(()).addresses("does-not-exist.invalid")


class SlowNames:
    """A system whose resolver blocks for names that begin with "slow", until it is told to go on."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answering = threading.Event()

    def getaddrinfo(self, host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        self.asked.append(host)
        if host.startswith("slow"):
            self.answering.wait(20)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 0))]


@pytest.fixture
def slow_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowNames]:
    names = SlowNames()
    monkeypatch.setattr(socket, "getaddrinfo", names.getaddrinfo)
    yield names
    names.answering.set()


async def given_up(look_up: SystemLookUp, hosts: list[str], slow_names: SlowNames, begun: int) -> None:
    """The hosts are asked for, until nobody waits any more."""
    waiting = [asyncio.create_task(look_up(host)) for host in hosts]
    await eventually(lambda: len(slow_names.asked) == begun)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_what_nobody_waits_for_any_more_is_not_looked_up(slow_names: SlowNames) -> None:
    look_up = SystemLookUp()
    hosts = [f"slow-{number}.example.com" for number in range(resolving.THREADS + 20)]
    await given_up(look_up, hosts, slow_names, resolving.THREADS)
    late = asyncio.create_task(look_up(hosts[-1]))
    live = asyncio.create_task(look_up("quick.example.com"))
    await asyncio.sleep(0)
    slow_names.answering.set()
    assert list(await asyncio.gather(live, late)) == [["8.8.8.8"]] * 2
    assert sorted(slow_names.asked[resolving.THREADS :]) == ["quick.example.com", hosts[-1]]


async def test_only_so_many_names_wait_to_be_looked_up(slow_names: SlowNames) -> None:
    look_up = SystemLookUp()
    hosts = [f"slow-{number}.example.com" for number in range(resolving.THREADS + resolving.WAITING_AT_MOST)]
    begun = [asyncio.create_task(look_up(host)) for host in hosts[: resolving.THREADS]]
    await eventually(lambda: len(slow_names.asked) == resolving.THREADS)
    waiting = [asyncio.create_task(look_up(host)) for host in hosts[resolving.THREADS :]]
    await asyncio.sleep(0)
    with pytest.raises(UnknownHost):
        await Names((), look_up=look_up).addresses("one-more.example.com")
    # Whoever asks for one that is asked for already makes it no more.
    again = asyncio.create_task(look_up(hosts[-1]))
    waiting[0].cancel()
    await asyncio.gather(waiting[0], return_exceptions=True)
    room = asyncio.create_task(look_up("quick.example.com"))
    await asyncio.sleep(0)
    slow_names.answering.set()
    answers = await asyncio.gather(*begun, *waiting[1:], again, room)
    assert answers == [["8.8.8.8"]] * (len(hosts) + 1)


async def test_names_that_are_known_to_be_slow_leave_room_for_the_others(slow_names: SlowNames) -> None:
    look_up = SystemLookUp()
    hosts = [f"slow-{number}.example.com" for number in range(resolving.THREADS)]
    await given_up(look_up, hosts, slow_names, resolving.THREADS)
    slow_names.answering.set()
    await eventually(lambda: not look_up._under_way)
    slow_names.answering.clear()
    slow_names.asked.clear()
    again = [asyncio.create_task(look_up(host)) for host in hosts]
    await eventually(lambda: len(slow_names.asked) == resolving.THREADS_FOR_SLOW_NAMES)
    assert await asyncio.wait_for(look_up("quick.example.com"), 5) == ["8.8.8.8"]
    assert len(slow_names.asked) == resolving.THREADS_FOR_SLOW_NAMES + 1
    # Who answers in time is not slow any more.
    slow_names.answering.set()
    await asyncio.gather(*again)
    slow_names.answering.clear()
    slow_names.asked.clear()
    await given_up(look_up, hosts, slow_names, resolving.THREADS)


async def test_a_name_has_one_look_up_under_way_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    answering = threading.Event()

    def getaddrinfo(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        answering.wait(10)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    look_up = SystemLookUp()
    waiting = [asyncio.create_task(look_up("slow.example.com")) for _ in range(10)]
    await eventually(lambda: asked)
    # Who gives up does not take the answer from the others.
    waiting[0].cancel()
    await asyncio.sleep(0)
    answering.set()
    assert await asyncio.gather(*waiting[1:]) == [["8.8.8.8"]] * 9
    assert asked == ["slow.example.com"]
    assert await look_up("slow.example.com") == ["8.8.8.8"]
    assert len(asked) == 2
