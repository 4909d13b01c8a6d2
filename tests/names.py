"""Whether the tests have the same names, in the same order, in every process: ``python -m tests.names``.

pytest-xdist has each of its workers find the tests anew, and refuses to run when two of them found different ones. A
name made of the time, of chance or of a set's order agrees in most runs, and in some it does not.
"""

import os
import subprocess
import sys
from difflib import unified_diff

DIFFERENCES = 20
"""So many lines are shown, each cut to :data:`WIDTH` characters."""
WIDTH = 160


def collected(seed: str) -> list[str]:
    """What a process of its own finds, whose hashes begin with ``seed``.

    Raises:
        SystemExit: The tests could not be read.
    """
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "-p", "no:cacheprovider", "tests"],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
    )
    if found.returncode:
        raise SystemExit(found.stdout + found.stderr)
    return [line for line in found.stdout.splitlines() if "::" in line]


def main() -> None:
    """Find them twice, one after the other (seconds apart, so that the time is another), and compare."""
    first, second = collected("1"), collected("2")
    if first != second:
        different = list(unified_diff(first, second, "once", "again", lineterm="", n=0))
        said = "Tests are not called the same in every process; give these parameters fixed ids:"
        raise SystemExit("\n".join([said, *(line[:WIDTH] for line in different[:DIFFERENCES])]))
    sys.stdout.write(f"{len(first):,} tests, called the same in every process\n")


if __name__ == "__main__":
    main()
