"""Running Tandem: the command line, the local stack, seed data, containers."""

import time

STARTED = time.monotonic()
"""When this process began its work; what a start took is counted from here."""
