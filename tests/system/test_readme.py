"""The README's first session, taken literally, on nothing but what `make run` starts."""

import json
import re
import subprocess

import pytest

from deploy.local.data_dir import ROOT
from tests.support.stack import Stack

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack")]


def first_session(port: int) -> str:
    """The commands, with the stack's port, and patience with the machine."""
    readme = (ROOT / "README.md").read_text()
    (block,) = re.findall(r"## A first session.*?```sh\n(.*?)```", readme, re.S)
    assert "http://127.0.0.1:8000" in block
    confirm = '/confirm  -H "$WHO"'
    assert confirm in block
    # A busy machine may need more than the second that a confirmation waits by itself.
    patient = str(block).replace(confirm, f"{confirm} -H 'Prefer: wait=10'")
    return patient.replace("http://127.0.0.1:8000", f"http://127.0.0.1:{port}")


def test_the_first_session_completes_and_earns_reputation(stack: Stack) -> None:
    told = subprocess.run(
        ["bash", "-euc", first_session(stack.gateway_port)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    answers = [json.loads(line) for line in told.stdout.splitlines()]
    ada_is_there, both_are_there, first, second, reputation, inbox = answers
    assert ada_is_there["session_status"] == "scheduled"
    assert both_are_there == {"session_status": "in_progress", "present": {"user1": True, "user2": True}}
    assert (first["both_confirmed"], first["reputation_updated"]) == (False, False)
    assert (second["session_status"], second["reputation_updated"]) == ("completed", True)
    assert reputation["completed_sessions"] == 1
    assert reputation["points"] > 0
    assert "buddy_invited" in [entry["kind"] for entry in inbox["items"]]
