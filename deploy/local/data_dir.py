"""The folder that a local stack keeps everything in: data, secrets, ports, and who is running.

One stack at a time: the lock is the kernel's, so it goes with the process that holds it, however that ends.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from deploy.local.ports import free_port, is_free

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""

LONGEST_SOCKET_PATH = 100
"""Characters; the kernel's limit is 107, and PostgreSQL needs a few more for its lock file."""

_LONGEST_SOCKET_NAME = len("/reputation-service.sock")


class DataDirBusy(Exception):
    """Another `tandem up` runs on this folder."""


class DataDirTrouble(Exception):
    """The folder cannot be used; the text says why, in a line."""


class DataDir:
    """One local stack's folder, `.data` in the checkout unless told otherwise; made when it is first used."""

    def __init__(self, path: str | os.PathLike[str] | None = None):
        self.path = Path(path).expanduser().absolute() if path else ROOT / ".data"
        self.state_file = self.path / "state.json"
        self._remembered = self.path / "remembered.json"
        self._secrets = self.path / "secrets.json"

    def make(self) -> None:
        """Make the folder. Raises `DataDirTrouble` when it cannot be made or written to."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path):
                pass
        except OSError as error:
            raise DataDirTrouble(f"cannot write to {self.path}: {error.strerror}") from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for the length of the block. Raises `DataDirBusy` at once if somebody else does."""
        self.make()
        with (self.path / "lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise DataDirBusy(f"another `tandem up` is running on {self.path}") from error
            yield

    def is_locked(self) -> bool:
        """Whether a `tandem up` holds the folder now."""
        try:
            with (self.path / "lock").open("r") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False

    def secret(self, name: str) -> str:
        """A random secret, made the first time and the same ever after; readable by the owner only."""
        known = read_json(self._secrets)
        if name not in known:
            known[name] = secrets.token_urlsafe(32)
            write_json(self._secrets, known, mode=0o600)
        return str(known[name])

    def port(self, name: str, *, avoid: frozenset[int] = frozenset()) -> int:
        """The port that `name` had the last time if it is still free, else a new one, remembered."""
        port = self.last_port(name)
        if port is None or port in avoid or not is_free(port):
            port = free_port(avoid=avoid)
            self.remember(f"port of {name}", port)
        return port

    def last_port(self, name: str) -> int | None:
        """The port that `name` had the last time."""
        port = self.remembered(f"port of {name}")
        return port if isinstance(port, int) else None

    def remembered(self, name: str) -> Any:
        """What was kept under this name; None if nothing was."""
        return read_json(self._remembered).get(name)

    def remember(self, name: str, value: Any) -> None:
        """Keep a value for the next start."""
        write_json(self._remembered, {**read_json(self._remembered), name: value})

    def run_folder(self) -> Path:
        """A private folder for sockets: `run` in here, or a short one elsewhere where that path is too long."""
        folder = self.path / "run"
        if len(os.fsencode(folder)) + _LONGEST_SOCKET_NAME > LONGEST_SOCKET_PATH:
            digest = hashlib.sha256(os.fsencode(self.path.resolve())).hexdigest()[:12]
            folder = Path(tempfile.gettempdir()) / f"tandem-{os.geteuid()}-{digest}"
        return folder

    def make_run_folder(self) -> Path:
        """An empty `run_folder`. Raises `DataDirTrouble` when somebody else owns it."""
        folder = self.run_folder()
        self.remove_run_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = folder.lstat()
        if folder.is_symlink() or about.st_uid != os.geteuid() or about.st_mode & 0o077:
            raise DataDirTrouble(f"{folder} is not a private folder of this user")
        return folder

    def remove_run_folder(self) -> None:
        """Take the sockets away."""
        folder = self.run_folder()
        if not folder.is_symlink():
            shutil.rmtree(folder, ignore_errors=True)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a file; an empty one when there is no such file, or it is broken."""
    with suppress(OSError, ValueError):
        content = json.loads(path.read_text())
        if isinstance(content, dict):
            return content
    return {}


def write_json(path: Path, content: dict[str, Any], *, mode: int = 0o644) -> None:
    """Replace a file in one step: a reader sees the old or the new, never half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        json.dump(content, file, indent=1)
        os.fchmod(file.fileno(), mode)
    Path(name).replace(path)
