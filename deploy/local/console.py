"""What a local stack prints: its own lines, and the lines of its processes with their names in front.

A thread of its own does the writing. A terminal that has been paused, or a pipe that nobody reads, then holds up
nothing but the output; what does not fit into the queue is counted and dropped.
"""

import queue
import sys
import threading
from typing import TextIO

COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
QUEUE_LENGTH = 10_000
_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"


class Console:
    """Prints lines in the order in which they arrive. In colour only where that makes sense."""

    def __init__(self, stream: TextIO | None = None, *, width: int = 20):
        self._stream = stream
        self.colour = (stream or sys.stdout).isatty()
        self._width = width
        self._lines: queue.Queue[str | None] = queue.Queue(QUEUE_LENGTH)
        self._dropped = 0
        self._colours: dict[str, int] = {}
        self._writer = threading.Thread(target=self._write, name="console", daemon=True)
        self._writer.start()

    def say(self, text: str) -> None:
        """A line of the supervisor's own."""
        self._line("tandem", f"{_BOLD}{text}{_RESET}" if self.colour else text)

    def child(self, name: str, line: str) -> None:
        """A line that a process has written."""
        self._line(name, line)

    def plain(self, text: str) -> None:
        """Text as it is, without a name in front."""
        self._put(text)

    def close(self, *, seconds: float = 1.0) -> None:
        """Write what is left, but do not wait for it for ever."""
        self._put(None)
        self._writer.join(seconds)

    def _line(self, name: str, text: str) -> None:
        prefix = f"{name:<{self._width}} |"
        if self.colour:
            colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
            prefix = f"\x1b[{colour}m{prefix}{_RESET}"
        self._put(f"{prefix} {text}")

    def _put(self, text: str | None) -> None:
        try:
            self._lines.put_nowait(text)
        except queue.Full:
            self._dropped += 1

    def _write(self) -> None:
        while (text := self._lines.get()) is not None:
            # Looked up each time: a progress bar puts itself in its place for a while.
            stream = self._stream or sys.stdout
            try:
                if self._dropped:
                    stream.write(f"[{self._dropped} lines were not shown]\n")
                    self._dropped = 0
                stream.write(text + "\n")
                if self._lines.empty():
                    stream.flush()
            except (OSError, ValueError):
                continue  # nobody reads any more; the stack goes on
