"""The TypeScript client is that of the committed API description, compiles, and does what it says.

What needs Node.js is skipped where there is none, or no way to the packages; the rest holds everywhere.
"""

import base64
import fcntl
import hashlib
import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.revalidation import signed_headers, signing_key

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "clients" / "typescript"
LOCK = CLIENT / "package-lock.json"
INSTALLED = CLIENT / "node_modules" / ".package-lock.json"

OLDEST_NODE = 20

pytestmark = [pytest.mark.xdist_group("typescript"), pytest.mark.timeout(600)]


def test_the_types_are_those_of_the_committed_description() -> None:
    described = hashlib.sha256((ROOT / "docs" / "openapi.json").read_bytes()).hexdigest()
    header = (CLIENT / "src" / "schema.d.ts").read_text(encoding="utf-8")[:500]
    assert f"sha256 of docs/openapi.json: {described}\n" in header, (
        "docs/openapi.json has changed since clients/typescript/src/schema.d.ts was written: make client"
    )


def test_the_lock_file_names_no_registry() -> None:
    lock = LOCK.read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') == lock.count('"node_modules/'), "a package without its hash"


def _run(*command: str, seconds: float = 300) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=CLIENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
    )


def _succeeds(*command: str) -> str:
    done = _run(*command)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}"
    return done.stdout


_UNREACHABLE = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED"
)


@contextmanager
def _alone() -> Iterator[None]:
    """One at a time, of everybody on this machine who installs into this folder."""
    name = hashlib.sha256(str(CLIENT).encode()).hexdigest()[:16]
    with (Path(tempfile.gettempdir()) / f"tandem-client-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="module")
def npm() -> Iterator[str]:
    """npm, with the client's packages installed as the lock file says (kept from one run to the next).

    As long as it is used nobody else installs them: an xdist group keeps the module in one worker of a run, and does
    nothing about another run, nor about another way of distributing.
    """
    with _alone():
        yield _installed()


def _installed() -> str:
    found, node = shutil.which("npm"), shutil.which("node")
    if found is None or node is None:
        pytest.skip("there is no Node.js with npm on this machine")
    version = _succeeds(node, "--version").strip()
    if int(version.removeprefix("v").split(".")[0]) < OLDEST_NODE:
        pytest.skip(f"the client's checks need Node.js {OLDEST_NODE} or newer; this is {version}")
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime <= LOCK.stat().st_mtime:
        # An installation that was cut off can leave folders that npm does not manage to clear away.
        shutil.rmtree(CLIENT / "node_modules", ignore_errors=True)
        done = _run(
            found, "ci", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000", seconds=180
        )
        if done.returncode != 0 and _UNREACHABLE.search(done.stdout):
            pytest.skip("the package registry cannot be reached, and nothing is installed yet")
        assert done.returncode == 0, done.stdout
    return found


@pytest.fixture(scope="module")
def built(npm: str) -> str:
    """npm, with the client compiled into what an application installs."""
    _succeeds(npm, "run", "--silent", "build")
    return npm


def test_the_types_are_as_the_generator_writes_them(npm: str) -> None:
    _succeeds(npm, "run", "--silent", "generate", "--", "--check")


def test_the_nextjs_example_compiles(built: str) -> None:
    _succeeds(built, "exec", "--no", "--", "tsc", "-p", "example/tsconfig.json")


def test_the_client_does_what_it_says(built: str) -> None:
    told = _succeeds(built, "run", "--silent", "test")
    passed = re.search(r"^(?:#|ℹ) pass (\d+)$", told, re.MULTILINE)
    assert passed is not None, told
    assert int(passed[1]) > 30


_READS_WHAT_IT_IS_GIVEN = """
import { readRevalidation } from "@tandem/client";
const { headers, body, secret } = JSON.parse(process.argv[1]);
const request = new Request("http://localhost/api/revalidate", { method: "POST", headers, body });
console.log(JSON.stringify(await readRevalidation(request, { secret })));
"""


@pytest.mark.parametrize(
    "secret", ["two can keep it", f"whsec_{base64.b64encode(b'two can keep it').decode()}"]
)
def test_the_client_understands_the_gateways_revalidation(built: str, secret: str) -> None:
    def tags_read(told: str) -> object:
        headers = signed_headers(
            signing_key(secret), "msg_1", round(time.time()), b'{"tags":["session:1","user:2"]}'
        )
        given = json.dumps({"headers": headers, "body": told, "secret": secret})
        return json.loads(_succeeds("node", "--input-type=module", "--eval", _READS_WHAT_IT_IS_GIVEN, given))

    assert tags_read('{"tags":["session:1","user:2"]}') == ["session:1", "user:2"]
    assert tags_read('{"tags":["session:1","user:3"]}') is None
