"""`tandem import`: a training history out of a CSV file, through the public API.

A file that is too large for one request is cut into parts, none of which parts a workout. Whether anything is wrong
is asked for all of them before the first one is imported, so that the file is imported whole or not at all; what was
imported before a failure is not imported twice by the next try.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from session_service.training.importing.rules import Part, UnreadableFile, split

PART_BYTES = 512 * 1024
"""Size of a request's file at most, as JSON; half of what the API takes."""

ATTEMPTS = 5
"""How often a part is sent when the service is not there just now."""

_WAIT_SECONDS = 30.0
_AGAIN = frozenset({429, 503})

Step = Callable[[int, int], None]
"""Is told how many steps of how many have been done."""


class ImportFailed(Exception):
    """The import came to an end that it should not have come to; its text is for the user."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the file that cannot be imported. ``row`` counts as a spreadsheet does."""

    row: int
    column: str | None
    message: str


@dataclass(slots=True)
class Outcome:
    """What was imported, or would be."""

    imported: int = 0
    already_there: int = 0
    invalid: int = 0
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add(self, report: dict[str, Any], part: Part) -> None:
        """Adds the report of a part, whose rows it counts as rows of the whole file."""
        self.imported += report["imported"]
        self.already_there += report["already_there"]
        self.invalid += report["invalid"]
        self.problem_count += report["error_count"]
        self.problems += [
            Problem(_row_in_file(part, error["row"]), error["column"], error["message"])
            for error in report["errors"]
        ]


def import_history(
    client: httpx.Client,
    file: Path,
    *,
    options: dict[str, Any],
    dry_run: bool = False,
    skip_invalid: bool = False,
    step: Step = lambda done, total: None,
) -> Outcome:
    """Imports the file as the client's user. With problems and without ``skip_invalid`` nothing is imported.

    ``client`` has the gateway's address and the user's token; ``options`` are those of `POST /api/sessions/import`.
    Raises ImportFailed.
    """
    parts = read_parts(file)
    will_import = not dry_run
    look_first = dry_run or not skip_invalid
    total = len(parts) * (look_first + will_import)
    done = iter(range(1, total + 1))
    outcome = Outcome()
    if look_first:
        for report, part in _sent(client, parts, {**options, "dry_run": True}):
            outcome.add(report, part)
            step(next(done), total)
        if dry_run or outcome.problem_count:
            outcome.imported = outcome.imported if dry_run else 0
            return outcome
        outcome = Outcome()
    for report, part in _sent(client, parts, {**options, "skip_invalid": skip_invalid}):
        outcome.add(report, part)
        step(next(done), total)
    return outcome


def read_parts(file: Path) -> list[Part]:
    """The file in parts that one request can take. Raises ImportFailed."""
    try:
        return split(file.read_bytes().decode("utf-8-sig"), largest=PART_BYTES)
    except OSError as error:
        raise ImportFailed(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ImportFailed(
            f"{file} is not UTF-8 text: take the file as the application has exported it"
        ) from error
    except UnreadableFile as error:
        raise ImportFailed(f"{file}: {error.message}") from error


def _sent(
    client: httpx.Client, parts: list[Part], options: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], Part]]:
    for part in parts:
        yield _send(client, {**options, "csv": part.text}, part), part


def _send(client: httpx.Client, body: dict[str, Any], part: Part) -> dict[str, Any]:
    # Sending it again is safe: what has been imported is known.
    for attempt in range(1, ATTEMPTS + 1):
        wait = 0.5 * 2**attempt
        try:
            answer = client.post("/api/sessions/import", json=body)
        except httpx.TransportError as error:
            if attempt == ATTEMPTS:
                raise ImportFailed(f"cannot reach {client.base_url}: {error}") from error
        else:
            if answer.status_code == 200:
                report: dict[str, Any] = answer.json()
                return report
            if answer.status_code not in _AGAIN or attempt == ATTEMPTS:
                raise ImportFailed(_told(answer, part))
            wait = _retry_after(answer, wait)
        time.sleep(min(wait, _WAIT_SECONDS))
    raise AssertionError("unreachable")


def _retry_after(answer: httpx.Response, otherwise: float) -> float:
    seconds = answer.headers.get("retry-after", "")
    return float(seconds) if seconds.isdigit() else otherwise


def _told(answer: httpx.Response, part: Part) -> str:
    try:
        problem = answer.json()
        text = f"{answer.status_code} {problem['detail']}"
    except (ValueError, KeyError, TypeError):
        return f"the server answered {answer.status_code}"
    for error in problem.get("errors") or ():
        where = f"row {_row_in_file(part, error['row'])}: " if "row" in error else ""
        return f"{text}: {where}{error['msg']}"
    return text


def _row_in_file(part: Part, row: int) -> int:
    """A row of a part as a row of the file; the header is the first of both."""
    return part.rows[row - 2] if 2 <= row < len(part.rows) + 2 else row
