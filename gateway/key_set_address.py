"""What may be set as `JWT_JWKS_URL`: apart from the gateway's other settings, since the command line reads it, too."""

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator


def _is_key_set_address(url: str) -> str:
    parts = urlsplit(url)
    is_plain = parts.hostname and parts.username is None and parts.password is None and not parts.fragment
    if is_plain and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))):
        return url
    raise ValueError("must be https://…, or http://… on this machine, without a password")


def _is_loopback(host: str | None) -> bool:
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"


KeySetAddress = Annotated[str, AfterValidator(_is_key_set_address)]
"""Where an issuer publishes its keys: whoever could answer in its place could make tokens for anybody."""
