"""One run of Schemathesis against a running stack, as its command line does it, and what came of it."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from deploy.local.data_dir import ROOT
from tests.fuzz.world import World, bearer

CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    # In place of `positive_data_acceptance`: tests.fuzz.hooks says why.
    "accepts_what_is_described",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "use_after_free",
    "ensure_resource_availability",
    "ignored_auth",
    "object_level_authorization",
)

ENDS_EVERYTHING: Final = "DELETE /api/me"
"""Erases who asks, and with that what is to be met next: it has a run of its own, by somebody of its own."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is asked."""

    examples: int
    """Cases of an operation in the fuzzing phase, and sequences of calls in the stateful one."""
    phases: Sequence[str] = ("examples", "coverage", "fuzzing", "stateful")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run says of itself."""

    requests: int
    operations: int
    failures: Sequence[Any]
    errors: Sequence[Any]
    complete: bool
    report: str
    """What Schemathesis printed: each failure with its answer and a command line that does it again."""

    @property
    def is_clean(self) -> bool:
        """Nothing was found, and nothing was left out."""
        return self.complete and not self.failures and not self.errors


async def run(
    base_url: str, world: World, folder: Path, size: Size, *, seed: int, last: bool = False
) -> Outcome:
    """Ask everything that is described but the last thing, or only that.

    Raises `RuntimeError` with its output when Schemathesis itself fails.
    """
    report, settings = _prepare(world, folder, size, seed, last=last)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "schemathesis.cli",
        "--config-file",
        str(settings),
        "run",
        f"{base_url}/openapi.json",
        "--no-color",
        f"--report-json-path={report}",
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "160"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output = (await process.communicate())[0].decode(errors="replace")
    told = _read(report)
    if told is None:
        raise RuntimeError(f"Schemathesis ended with {process.returncode}:\n{output[-8000:]}")
    return Outcome(
        requests=told["test_cases"]["generated"],
        operations=told["operations"]["tested"],
        failures=told["failures"],
        errors=told["errors"],
        complete=told["complete"],
        report=output,
    )


def _prepare(world: World, folder: Path, size: Size, seed: int, *, last: bool) -> tuple[Path, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    report, users, settings = (folder / name for name in ("report.json", "users.json", "schemathesis.toml"))
    report.unlink(missing_ok=True)
    people = {"user": bearer(world.user, world.role), "stranger": bearer(world.stranger)}
    users.write_text(
        json.dumps(
            {
                "auth": [
                    {"name": name, "fixedHeaders": [{"name": "Authorization", "value": token}]}
                    for name, token in people.items()
                ]
            }
        )
    )
    settings.write_text(_settings(world, users, size, seed, last=last))
    return report, settings


def _read(report: Path) -> Any:
    return json.loads(report.read_text()) if report.exists() else None


def _settings(world: World, users: Path, size: Size, seed: int, *, last: bool) -> str:
    lines = [
        'hooks = "tests.fuzz.hooks"',
        f"seed = {seed}",
        # With more, CPython 3.11 fails now and then (SystemError: AST constructor recursion depth mismatch).
        "workers = 1",
        "continue-on-failure = true",
        "warnings = false",
        "request-timeout = 20",
        f"generation = {{ max-examples = {size.examples}, database = 'none' }}",
        f"auth = {{ wfc = {{ path = {json.dumps(str(users))}, user = 'user', peers = ['user', 'stranger'] }} }}",
        # Values of earlier answers are taken up by later requests.
        "[phases]",
        # What Schemathesis would link by itself takes one kind of session for another; the description has links.
        "stateful.inference = { algorithms = ['location-headers'] }",
        *(
            f"{phase}.enabled = {str(phase in size.phases and not (last and phase == 'stateful')).lower()}"
            for phase in ("examples", "coverage", "fuzzing", "stateful")
        ),
        "[checks]",
        "positive_data_acceptance = { enabled = false }",
        *(f"{check} = {{ enabled = true }}" for check in CHECKS),
    ]
    for number, known in enumerate(world.known):
        lines += [f"[dictionaries.known-{number}]", f"values = {json.dumps(list(known.values))}"]
    lines += [
        "[[operations]]",
        "enabled = false",
        f"{'exclude' if last else 'include'}-name = {json.dumps(ENDS_EVERYTHING)}",
    ]
    for number, known in enumerate(world.known):
        lines += [
            "[[operations]]",
            f"include-path-regex = {json.dumps(known.paths)}",
            f"parameters = {{ {json.dumps(known.parameter)} = "
            f"{{ dictionary = 'known-{number}', probability = 0.6 }} }}",
        ]
    return "\n".join(lines) + "\n"
