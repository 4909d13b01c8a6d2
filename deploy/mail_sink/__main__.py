"""``python -m deploy.mail_sink --smtp-port 1025 --page-port 8025``: both on loopback, until SIGTERM or SIGINT."""

import argparse
import asyncio
import sys
from typing import Any

import uvicorn
from aiosmtpd.smtp import SMTP

from deploy.local.ports import LOOPBACK
from deploy.mail_sink.page import create_page
from deploy.mail_sink.store import Store

LARGEST = 10 * 1024 * 1024
"""Bytes of the largest mail that is taken."""


class Handler:
    """Takes every mail, for whomever it is."""

    def __init__(self, store: Store):
        self.store = store

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """aiosmtpd's hook: the whole of a mail is there."""
        self.store.add(envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.original_content or b"")
        return "250 taken"


async def serve(smtp_port: int, page_port: int) -> int:
    """Runs both; the exit status."""
    store = Store()
    loop = asyncio.get_running_loop()

    def connection() -> SMTP:
        return SMTP(
            Handler(store), data_size_limit=LARGEST, enable_SMTPUTF8=True, hostname="localhost", loop=loop
        )

    try:
        listening = await loop.create_server(connection, LOOPBACK, smtp_port)
    except OSError as error:
        sys.stderr.write(f"the mail sink cannot listen on port {smtp_port}: {error.strerror}\n")
        return 1
    config = uvicorn.Config(
        create_page(store),
        host=LOOPBACK,
        port=page_port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        lifespan="off",
    )
    try:
        await uvicorn.Server(config).serve()
    finally:
        listening.close()
    return 0


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m deploy.mail_sink", description=__doc__)
    parser.add_argument("--smtp-port", type=int, default=1025)
    parser.add_argument("--page-port", type=int, default=8025)
    arguments = parser.parse_args()
    return asyncio.run(serve(arguments.smtp_port, arguments.page_port))


if __name__ == "__main__":
    sys.exit(main())
