"""PostgreSQL refuses to run as root: the ways around that, tried in order.

1. Not root: plainly.
2. Root where user namespaces work: in a namespace in which root is called user 1000. The files stay root's.
3. Root elsewhere (many containers): as the user `nobody`, with the data, and a copy of the programs when
   theirs are in a private folder, where that user can reach them.
"""

import functools
import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED_USERS = ("postgres", "nobody")
_PUBLIC = Path("/var/tmp")  # noqa: S108 - only a folder of our own inside it is used
_NAMESPACE = ("unshare", "-U", "--map-user=1000", "--map-group=1000", "--")


class CannotRunAsRoot(Exception):
    """Started as root on a machine that offers none of the ways above."""


@dataclass(frozen=True, slots=True)
class RunAs:
    """How PostgreSQL's programs are started: words before the command, and who owns its files."""

    how: str
    prefix: tuple[str, ...] = ()
    owner: tuple[int, int] | None = None

    def hand_over(self, path: Path) -> None:
        """Give a file or folder to the user that PostgreSQL runs as."""
        if self.owner is not None:
            os.chown(path, *self.owner)

    def data_folder(self, wanted: Path) -> Path:
        """Where the data live: where they are wanted, or in a public place if the user cannot get there."""
        if self.owner is None or _reachable(wanted.parent, self.owner):
            return wanted
        digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:16]
        public = _PUBLIC / f"tandem-{digest}"
        public.mkdir(mode=0o711, exist_ok=True)
        if public.is_symlink() or public.stat().st_uid != os.geteuid():
            raise CannotRunAsRoot(f"{public} belongs to somebody else")
        return public / wanted.name

    def programs(self, home: Path) -> Path:
        """The installation to run from: `home`, or a copy that the user can reach."""
        if self.owner is None or _reachable(home / "bin" / "postgres", self.owner):
            return home
        digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
        copy = _PUBLIC / f"tandem-postgres-{digest}"
        if not (copy / "complete").exists():
            shutil.rmtree(copy, ignore_errors=True)
            copy.mkdir(mode=0o755)
            shutil.copytree(home, copy, symlinks=True, dirs_exist_ok=True)
            (copy / "complete").touch()
        if copy.is_symlink() or copy.stat().st_uid != os.geteuid():
            raise CannotRunAsRoot(f"{copy} belongs to somebody else")
        return copy


def namespaces_work() -> bool:
    """Whether `unshare` can make a user namespace here."""
    if shutil.which(_NAMESPACE[0]) is None:
        return False
    answer = subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False)
    return answer.returncode == 0


def as_unprivileged_user() -> RunAs:
    """The third way. Raises `CannotRunAsRoot` when there is no such user, or no `setpriv`."""
    if shutil.which("setpriv") is None:
        raise CannotRunAsRoot("started as root, without user namespaces and without the program setpriv")
    for name in UNPRIVILEGED_USERS:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        # A change of user takes the parent-death signal away; setpriv sets it anew.
        prefix = (
            "setpriv",
            f"--reuid={user.pw_uid}",
            f"--regid={user.pw_gid}",
            "--clear-groups",
            "--pdeathsig=QUIT",
            "--",
        )
        return RunAs(f"as the user {name}", prefix, (user.pw_uid, user.pw_gid))
    raise CannotRunAsRoot("started as root, without user namespaces and without an unprivileged user")


@functools.cache
def choose() -> RunAs:
    """The way that works on this machine. Raises `CannotRunAsRoot`."""
    if os.geteuid() != 0:
        return RunAs("plainly")
    if namespaces_work():
        return RunAs("in a user namespace", _NAMESPACE)
    return as_unprivileged_user()


def _reachable(path: Path, owner: tuple[int, int]) -> bool:
    """Whether the user may pass through every folder above `path`, and read it."""
    uid, gid = owner
    answer = subprocess.run(
        [
            "setpriv",
            f"--reuid={uid}",
            f"--regid={gid}",
            "--clear-groups",
            "--",
            "test",
            "-r",
            os.fspath(path),
        ],
        capture_output=True,
        check=False,
    )
    return answer.returncode == 0
