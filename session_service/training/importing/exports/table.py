"""A CSV file as rows with named cells, and cut into smaller files."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_DELIMITERS = (",", ";", "\t")


class UnreadableFile(Exception):
    """This is not a file that can be read; nothing of it was."""

    def __init__(self, message: str, row: int | None = None):
        self.message = message
        self.row = row
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it (the header has 1), and its cells by column, trimmed."""

    number: int
    cells: dict[str, str]
    surplus: bool
    """Whether there are more cells than columns."""

    def get(self, column: str) -> str:
        """What the cell holds; nothing when it is blank, or when there is no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """A file: its columns (lower case, one space between words) and its rows."""

    columns: frozenset[str]
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a file that is a file itself; row n + 2 of it is row ``rows[n]`` of the whole."""

    text: str
    rows: list[int]


def read(text: str) -> Table:
    """The file's rows; commas, semicolons or tabs between the cells. Raises UnreadableFile."""
    _, header, records = _records(text)
    columns = [_column(name) for name in header]
    rows = [
        Row(
            number,
            {
                column: cell.strip()
                for column, cell in zip(
                    columns, [*record, *[""] * (len(columns) - len(record))], strict=False
                )
            },
            any(cell.strip() for cell in record[len(columns) :]),
        )
        for number, record in records
    ]
    return Table(frozenset(columns), rows)


def split(text: str, together: Sequence[str], *, largest: int) -> list[Part]:
    """The file in parts of at most ``largest`` bytes as JSON text, where possible.

    Rows that are alike in the columns ``together`` are never parted: what is larger than a part by itself is a part.
    Raises UnreadableFile.
    """
    delimiter, header, records = _records(text)
    positions = [index for index, name in enumerate(header) if _column(name) in together]
    groups: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for number, record in records:
        key = tuple(record[index].strip() for index in positions if index < len(record))
        groups.setdefault(key, []).append((number, _line(record, delimiter)))
    first = _line(header, delimiter)
    parts: list[Part] = []
    lines: list[tuple[int, str]] = []
    size = _size(first)
    for group in groups.values():
        added = sum(_size(line) for _, line in group)
        if lines and size + added > largest:
            parts.append(_part(first, lines))
            lines, size = [], _size(first)
        lines += group
        size += added
    return [*parts, _part(first, lines)]


def _records(text: str) -> tuple[str, list[str], Iterator[tuple[int, list[str]]]]:
    """The delimiter, the header, and the numbered records that are not blank."""
    text = text.removeprefix("\ufeff")
    start = 1
    if text[:4].lower() == "sep=":
        # A spreadsheet's own hint at the delimiter, which the header shows as well.
        _, _, text = text.partition("\n")
        start = 2
    first_line = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    # newline="" leaves line ends alone, also those within quotes.
    records = _filled(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start))
    header = next(records, None)
    if header is None:
        raise UnreadableFile("The file is empty")
    return delimiter, header[1], records


def _filled(records: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for number, record in records:
            if any(cell.strip() for cell in record):
                yield number, record
    except csv.Error as error:
        raise UnreadableFile(f"Not CSV: {error}", number + 1) from error


def _column(name: str) -> str:
    return " ".join(name.lower().split())


def _line(record: Sequence[str], delimiter: str) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="\n").writerow(record)
    return written.getvalue()


def _size(line: str) -> int:
    return len(json.dumps(line)) - 2


def _part(header: str, lines: list[tuple[int, str]]) -> Part:
    return Part(header + "".join(line for _, line in lines), [number for number, _ in lines])
