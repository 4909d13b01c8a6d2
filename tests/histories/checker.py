"""Finds stale reads in a history.

Everything that was read or written is a register with a number that its one writer only makes larger. So it is easy to
say what a read may show: nothing smaller than what any answered write had written before the read began, and nothing
larger than what any write had begun to write before the read ended. Times are of one monotonic clock.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["done", "open", "none"]
"""What a write was answered: that it is done; that it is not known (5xx); or nothing (the connection was lost)."""


@dataclass(frozen=True, slots=True)
class Write:
    """One attempt to write a value."""

    register: str
    value: int
    start: float
    end: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Read:
    """One value that was read; ``how`` is for people (which gateway, hit or miss)."""

    register: str
    value: int
    start: float
    end: float
    how: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A read that cannot be."""

    read: Read
    at_least: int
    at_most: int

    def __str__(self) -> str:
        read = self.read
        return (
            f"{read.register} ({read.how}) was {read.value} from {read.start:.4f} to {read.end:.4f},"
            f" and had to be {self.at_least} to {self.at_most}"
        )


@dataclass(slots=True)
class History:
    """What the clients of a run have seen."""

    reads: list[Read] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)

    def faults(self) -> list[Fault]:
        """Every read that shows an old state, or one that nobody had written yet."""
        reads: dict[str, list[Read]] = defaultdict(list)
        writes: dict[str, list[Write]] = defaultdict(list)
        for read in self.reads:
            reads[read.register].append(read)
        for write in self.writes:
            writes[write.register].append(write)
        return [fault for register in reads for fault in _faults(reads[register], writes[register])]


def _faults(reads: Sequence[Read], writes: Sequence[Write]) -> Iterable[Fault]:
    known = _Highest((write.end, write.value) for write in writes if write.outcome == "done")
    begun = _Highest((write.start, write.value) for write in writes)
    seen = _Highest(_seen_after_an_open_answer(reads, writes))
    for read in reads:
        at_least = max(known.before(read.start), seen.before(read.start))
        at_most = begun.before(read.end)
        if not at_least <= read.value <= at_most:
            yield Fault(read, at_least, at_most)


def _seen_after_an_open_answer(reads: Sequence[Read], writes: Sequence[Write]) -> Iterable[tuple[float, int]]:
    """A write that was answered with "not known" counts as done from when somebody has seen it to be."""
    first_seen: dict[int, float] = {}
    for read in reads:
        first_seen[read.value] = min(read.end, first_seen.get(read.value, read.end))
    for write in writes:
        if write.outcome == "open" and write.value in first_seen:
            yield max(write.end, first_seen[write.value]), write.value


class _Highest:
    """Of values that come at certain times, the highest that had come before another time; 0 if none had."""

    def __init__(self, coming: Iterable[tuple[float, int]]) -> None:
        self._times: list[float] = []
        self._highest: list[int] = []
        highest = 0
        for time, value in sorted(coming):
            highest = max(highest, value)
            self._times.append(time)
            self._highest.append(highest)

    def before(self, time: float) -> int:
        count = bisect_left(self._times, time)
        return self._highest[count - 1] if count else 0
