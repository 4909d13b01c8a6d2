"""Making an export: a step for each table, and one that packs. All of it lies in PostgreSQL, in pieces.

Part 0 of a job's pieces is the ZIP; parts 2n+1 and 2n+2 are the JSON and the CSV of dataset n. No more than a few
pieces are ever in memory.
"""

import csv
import io
import zipfile
from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.schemas import format_time
from session_service.account.exporting import repository, rules
from session_service.account.exporting.rules import Dataset
from session_service.account.rules import Step, Work

PIECE = 256 * 1024
"""Bytes of a stored piece, about."""


async def step(connection: AsyncConnection, work: Work, state: Mapping[str, Any]) -> Step:
    """The next step of an export: another table, or packing what is there. The transaction is the worker's."""
    datasets = await repository.datasets(connection)
    # By name, so that a release with another table in between changes nothing about an export that is under way.
    done: dict[str, int] = dict(state.get("counts", {}))
    order: list[str] = list(state.get("order", []))
    left = [dataset for dataset in datasets if dataset.name not in done]
    if left:
        number = len(order)
        done[left[0].name] = await _gather(connection, work, left[0], number)
        return Step(
            {"counts": done, "order": [*order, left[0].name]}, progress=95 * len(done) // len(datasets)
        )
    size = await _pack(connection, work, [Dataset(name) for name in order], [done[name] for name in order])
    await repository.drop_parts(connection, work.id)
    return Step({}, progress=100, size=size)


class _Pieces:
    """Stores what is written in pieces, as parts of one file."""

    def __init__(self, connection: AsyncConnection, work: Work, part: int):
        self._connection = connection
        self._work = work
        self._part = part
        self._position = 0
        self._buffer = bytearray()
        self.size = 0

    async def write(self, content: bytes) -> None:
        self._buffer += content
        while len(self._buffer) >= PIECE:
            await self._store(PIECE)

    async def finish(self) -> None:
        while self._buffer:
            await self._store(PIECE)

    async def _store(self, length: int) -> None:
        content = bytes(self._buffer[:length])
        del self._buffer[:length]
        await repository.add_chunk(
            self._connection, self._work.id, self._work.user_id, self._part, self._position, content
        )
        self._position += 1
        self.size += len(content)


async def _gather(connection: AsyncConnection, work: Work, dataset: Dataset, number: int) -> int:
    as_json, as_csv = (_Pieces(connection, work, 2 * number + offset) for offset in (1, 2))
    told = io.StringIO(newline="")
    table = csv.writer(told)
    columns: list[str] = []
    count = 0
    await as_json.write(b"[")
    async for row in repository.rows_of(connection, work.user_id, dataset):
        if not columns:
            columns = list(row)
            table.writerow(columns)
        await as_json.write((b",\n" if count else b"\n") + orjson.dumps(row))
        table.writerow(rules.csv_row(row, columns))
        await as_csv.write(told.getvalue().encode())
        told.seek(0)
        told.truncate()
        count += 1
    await as_json.write(b"\n]\n")
    await as_json.finish()
    await as_csv.finish()
    return count


class _Sink(io.RawIOBase):
    """What `zipfile` writes to: it cannot be gone back in, and is emptied again and again."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._written += content
        return len(content)

    def take(self) -> bytes:
        content = bytes(self._written)
        self._written.clear()
        return content


async def _pack(connection: AsyncConnection, work: Work, datasets: list[Dataset], counts: list[int]) -> int:
    sink = _Sink()
    pieces = _Pieces(connection, work, 0)
    moment = work.created_at.timetuple()[:6]
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:

        def entry(name: str) -> zipfile.ZipInfo:
            info = zipfile.ZipInfo(name, moment)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            return info

        archive.writestr(entry("README.txt"), rules.readme(datasets, counts, format_time(work.created_at)))
        for number, dataset in enumerate(datasets):
            for offset, ending in ((1, "json"), (2, "csv")):
                with archive.open(entry(f"{dataset.name}.{ending}"), "w", force_zip64=True) as file:
                    async for content in repository.chunks(connection, work.id, 2 * number + offset):
                        file.write(content)
                        await pieces.write(sink.take())
    await pieces.write(sink.take())
    await pieces.finish()
    return pieces.size
