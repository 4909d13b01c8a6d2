"""Free ports on loopback.

They are taken from below the range that the kernel hands to outgoing connections. A port inside that range
can be occupied by any client while its server is down for a moment; a client that keeps trying to reconnect
can even be connected to itself.
"""

import random
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"
LOWEST = 15_000
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


class NoFreePort(Exception):
    """Not one of many tried ports could be bound."""


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen on this port right now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Servers set this too: a port whose last connections are in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(*, avoid: frozenset[int] = frozenset()) -> int:
    """A port that nothing listens on at the moment. Raises `NoFreePort`."""
    for _ in range(500):
        port = random.randint(LOWEST, _highest())  # noqa: S311 - nothing secret about it
        if port not in avoid and is_free(port):
            return port
    raise NoFreePort("no free port on loopback")


def _highest() -> int:
    try:
        first_ephemeral = int(_EPHEMERAL.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        first_ephemeral = 32_768
    return max(LOWEST + 1_000, min(first_ephemeral - 1, 65_535))
