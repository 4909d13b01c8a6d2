"""The complete system as real processes, started by the very command that people use."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from deploy.local.children import dies_with_parent
from deploy.local.data_dir import ROOT, DataDir
from deploy.local.ports import free_port
from deploy.local.status import processes

READY_SECONDS = 120.0
SETTINGS = (
    "DATABASE_URL",
    "REDIS_URL",
    "ENVIRONMENT",
    "JWT_SECRET",
    "JWT_AUDIENCE",
    "JWT_ISSUER",
    "JWT_JWKS_URL",
    "SMTP_HOST",
)


class Stack:
    """`tandem up` on free ports and a folder of its own. Never touches another stack."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None):
        self.folder = folder
        self.gateway_port = free_port()
        self.flower_port = free_port(avoid=frozenset({self.gateway_port}))
        self.mail_sink_port = free_port(avoid=frozenset({self.gateway_port, self.flower_port}))
        self.mail_inbox_port = free_port(
            avoid=frozenset({self.gateway_port, self.flower_port, self.mail_sink_port})
        )
        self.base_url = f"http://127.0.0.1:{self.gateway_port}"
        self.log_file = folder / "stack.log"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in SETTINGS},
            "DATA_DIR": str(folder / "data"),
            "GATEWAY_PORT": str(self.gateway_port),
            "FLOWER_PORT": str(self.flower_port),
            "MAIL_SINK_PORT": str(self.mail_sink_port),
            "MAIL_INBOX_PORT": str(self.mail_inbox_port),
            "NO_COLOR": "1",
            "DEMO_HISTORY": "false",
            **(environment or {}),
        }
        self._popen: subprocess.Popen[bytes] | None = None
        self._log_before = 0

    def launch(self, *, nohup: bool = False) -> "subprocess.Popen[bytes]":
        """Start `tandem up` and do not wait for anything."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._log_before = len(self.logs())
        with self.log_file.open("ab") as log:
            self._popen = subprocess.Popen(
                [*(("nohup",) if nohup else ()), sys.executable, "-m", "deploy", "up"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGTERM),
            )
        return self._popen

    def start(self, *, nohup: bool = False) -> "Stack":
        """Start it and wait until it is ready. Raises, with the log, when it does not get there."""
        popen = self.launch(nohup=nohup)
        deadline = time.monotonic() + READY_SECONDS
        while not self.is_ready():
            if popen.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"the stack did not start (status {popen.returncode}):\n{self.logs()}")
            time.sleep(0.1)
        return self

    def is_ready(self) -> bool:
        """Whether the gateway says so, and `tandem up` has said so too."""
        try:
            if httpx.get(f"{self.base_url}/readyz", timeout=5).status_code != 200:
                return False
        except httpx.TransportError:
            return False
        return "Tandem is ready" in self.logs()[self._log_before :]

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> float:
        """Stop it with a signal and wait for its end; how many seconds that took."""
        began = time.monotonic()
        if self._popen is not None and self._popen.poll() is None:
            self._popen.send_signal(sign)
            try:
                self._popen.wait(20)
            except subprocess.TimeoutExpired:
                self._popen.kill()
                self._popen.wait()
        return time.monotonic() - began

    @property
    def exit_status(self) -> int | None:
        """How `tandem up` ended; None while it runs."""
        return self._popen.poll() if self._popen is not None else None

    @property
    def supervisor_pid(self) -> int:
        """The process of `tandem up` itself."""
        assert self._popen is not None
        return self._popen.pid

    def status(self) -> list[dict[str, Any]]:
        """What `tandem status --json` says."""
        answer = self.tandem("status", "--json")
        rows: list[dict[str, Any]] = json.loads(answer.stdout)
        return rows

    def row(self, name: str) -> dict[str, Any]:
        """One process in the status, without the second or two that the command line takes to start."""
        return next(row for row in processes(DataDir(self.folder / "data")) if row["name"] == name)

    def pid(self, name: str) -> int:
        """The pid of a process. Fails when it has none at the moment."""
        pid = self.row(name)["pid"]
        assert isinstance(pid, int), f"{name} does not run just now"
        return pid

    def kill(self, name: str, sign: signal.Signals = signal.SIGKILL) -> int:
        """Send a process a signal; its pid."""
        pid = self.pid(name)
        os.kill(pid, sign)
        return pid

    def tandem(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Any command of the command line, in this stack's environment."""
        return subprocess.run(
            [sys.executable, "-m", "deploy", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    @property
    def owner_url(self) -> str:
        """The owner's URL of this stack's embedded PostgreSQL."""
        secrets = json.loads((self.folder / "data" / "secrets.json").read_text())
        port = json.loads((self.folder / "data" / "remembered.json").read_text())["port of postgres"]
        return f"postgresql://tandem:{secrets['postgres_password']}@127.0.0.1:{port}/tandem"

    @property
    def redis_url(self) -> str:
        """The URL of this stack's embedded Redis."""
        secrets = json.loads((self.folder / "data" / "secrets.json").read_text())
        port = json.loads((self.folder / "data" / "remembered.json").read_text())["port of redis"]
        return f"redis://:{secrets['redis_password']}@127.0.0.1:{port}/0"

    def logs(self) -> str:
        """Everything that it has printed so far."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""
