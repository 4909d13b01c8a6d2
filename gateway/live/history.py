"""What was told lately, for those who come back: the messages of the last minutes, by address."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from enum import Enum, auto

from kit.live.messages import BEGINNING, Position, Published


class Arrival(Enum):
    """What a message is to somebody who has seen all up to now."""

    NEXT = auto()
    KNOWN = auto()
    """It was here before."""
    AFTER_GAP = auto()
    """There was something in between that has not come here."""


class History:
    """Every message after `start` up to `newest`, none missing and none twice.

    Both are positions in the stream; where it is empty they are moments of the server's clock.
    """

    def __init__(self) -> None:
        self.begin(BEGINNING)

    def begin(self, at: Position) -> None:
        """Forget everything: whatever comes after `at` is going to come here."""
        self.start = self.newest = at
        self._messages: deque[Published] = deque()
        self._by_address: dict[str, deque[Published]] = {}
        self._keys: set[str] = set()

    def skip(self, to: Position) -> None:
        """There is nothing more up to this position."""
        self.newest = max(self.newest, to)

    def add(self, message: Published) -> Arrival:
        """Take the next message of the stream, and say what it is."""
        if message.position <= self.newest:
            return Arrival.KNOWN
        gap = message.previous > self.newest
        if gap:
            self.begin(message.previous)
        self.newest = message.position
        if message.key in self._keys:
            # Published again, after Redis had lost that it was.
            return Arrival.KNOWN
        self._messages.append(message)
        self._by_address.setdefault(message.address, deque()).append(message)
        self._keys.add(message.key)
        return Arrival.AFTER_GAP if gap else Arrival.NEXT

    def after(self, position: Position, addresses: Iterable[str]) -> list[Published] | None:
        """What was told at these addresses after `position`, in order; None if that is not known for sure any more."""
        if position < self.start:
            return None
        found: list[Published] = []
        for address in addresses:
            for message in reversed(self._by_address.get(address, ())):
                if message.position <= position:
                    break
                found.append(message)
        found.sort(key=lambda message: message.position)
        return found

    def forget(self, before: Position) -> None:
        """Let go of what is older than `before`."""
        while self._messages and self._messages[0].position < before:
            oldest = self._messages.popleft()
            self.start = oldest.position
            self._keys.discard(oldest.key)
            here = self._by_address[oldest.address]
            here.popleft()
            if not here:
                del self._by_address[oldest.address]
