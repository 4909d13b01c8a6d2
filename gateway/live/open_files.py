"""Each connection is an open file, of which many a machine allows a process 1,024 unless it asks for more."""

from __future__ import annotations

import resource

import structlog

_log = structlog.get_logger(__name__)


def allow_open_files(wanted: int) -> int:
    """Raise this process's limit to `wanted`, as far as it may be raised; return what it is now. Never lowers it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return soft
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if limit > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    if limit < wanted:
        _log.info("few_open_files", allowed=limit, wanted=wanted)
    return max(limit, soft)
