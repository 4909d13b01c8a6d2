"""Looking host names up, and believing the answer only when every address in it is public.

The system's resolver blocks a thread, and somebody who runs a slow name server may let it block for long. So the
threads are our own, there are only so many, and one name never has more than one. What nobody waits for any more does
not begin, and names that were too slow for everybody the last time share a part of the threads.
"""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable
from contextlib import nullcontext
from ipaddress import ip_address

from session_service.webhooks.addresses import Address, Network, Target, is_public
from session_service.webhooks.errors import ForbiddenAddress

LookUp = Callable[[str], Awaitable[list[str]]]
"""All addresses of a host name, as text. Raises OSError, of which `socket.gaierror` is a kind."""

THREADS = 64
"""Look-ups that may block at once; more wait."""

THREADS_FOR_SLOW_NAMES = 16
"""Of those, for names of whose last look-up nobody has waited for the answer."""

WAITING_AT_MOST = 512
"""Look-ups that may wait for a thread. To whoever asks for one more the name does not resolve at the moment."""

SLOW_NAMES = 10_000
"""So many slow names are remembered, the latest."""


class UnknownHost(Exception):
    """The name does not resolve, as far as can be told at the moment."""


class _UnderWay:
    """A look-up, how many wait for it, and whether it has a thread."""

    task: "asyncio.Task[list[str]]"

    def __init__(self) -> None:
        self.waiting = 0
        self.begun = False


class SystemLookUp:
    """The operating system's resolver, asked in daemon threads, so that none of them holds the process's end up."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(THREADS)
        self._free_for_slow = asyncio.Semaphore(THREADS_FOR_SLOW_NAMES)
        self._under_way: dict[str, _UnderWay] = {}
        self._slow: dict[str, None] = {}

    async def __call__(self, host: str) -> list[str]:
        """All addresses of the host. Who stops waiting leaves the look-up to the others who wait for it.

        Raises OSError, also when `WAITING_AT_MOST` others wait to be looked up.
        """
        one = self._under_way.get(host)
        if one is None:
            if sum(not other.begun for other in self._under_way.values()) >= WAITING_AT_MOST:
                raise OSError("too many names wait to be looked up")
            one = self._under_way[host] = _UnderWay()
            one.task = asyncio.create_task(self._look_up(host, one))
        one.waiting += 1
        try:
            return await asyncio.shield(one.task)
        finally:
            one.waiting -= 1
            if not one.waiting and not one.task.done():
                self._give_up(host, one)

    def _give_up(self, host: str, one: "_UnderWay") -> None:
        if one.begun:
            # Nothing ends a thread that blocks. The latest comes last, and the first goes.
            self._slow.pop(host, None)
            self._slow[host] = None
            if len(self._slow) > SLOW_NAMES:
                del self._slow[next(iter(self._slow))]
        else:
            del self._under_way[host]
            one.task.cancel()

    async def _look_up(self, host: str, one: "_UnderWay") -> list[str]:
        try:
            async with self._free_for_slow if host in self._slow else nullcontext(), self._free:
                one.begun = True
                try:
                    return await self._ask(host)
                except OSError:
                    if not one.waiting:
                        return []  # to nobody
                    raise
                finally:
                    if one.waiting:
                        self._slow.pop(host, None)
        finally:
            if self._under_way.get(host) is one:
                del self._under_way[host]

    async def _ask(self, host: str) -> list[str]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[str]] = loop.create_future()

        def tell(addresses: list[str] | None, error: Exception | None) -> None:
            if answer.done():
                return
            if error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(addresses or [])

        def ask() -> None:
            try:
                found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
                outcome: tuple[list[str] | None, Exception | None] = (
                    [str(info[4][0]) for info in found],
                    None,
                )
            except (OSError, UnicodeError) as error:
                outcome = (None, error if isinstance(error, OSError) else OSError(str(error)))
            try:
                loop.call_soon_threadsafe(tell, *outcome)
            except RuntimeError:
                return  # the loop is closed: nobody waits any more

        threading.Thread(target=ask, name="look-up", daemon=True).start()
        return await answer


class Names:
    """Judges what host names resolve to."""

    def __init__(self, allowed: Iterable[Network], *, look_up: LookUp | None = None):
        self._allowed = tuple(allowed)
        self._look_up = look_up or SystemLookUp()

    async def addresses(self, host: str) -> list[Address]:
        """The addresses of a host name. Raises `UnknownHost`, and `ForbiddenAddress` if one of them is not public."""
        try:
            found = list(dict.fromkeys(ip_address(raw) for raw in await self._look_up(host)))
        except (OSError, ValueError):
            raise UnknownHost from None
        if not found:
            raise UnknownHost
        if not all(self.are_public(found)):
            raise ForbiddenAddress
        return found

    def are_public(self, addresses: Iterable[Address]) -> Iterable[bool]:
        """Whether each of them is."""
        return (is_public(address, self._allowed) for address in addresses)

    async def fault(self, target: Target, *, within: float) -> ForbiddenAddress | None:
        """Why a webhook must not lead there; None when nothing speaks against it. Takes ``within`` seconds at most.

        A name that does not resolve in time is no fault: it may do so tomorrow, and is judged at each connection.
        """
        if target.address is not None:
            return None if all(self.are_public([target.address])) else ForbiddenAddress()
        try:
            await asyncio.wait_for(self.addresses(target.host), within)
        except (TimeoutError, UnknownHost):
            return None
        except ForbiddenAddress as fault:
            return fault
        return None
