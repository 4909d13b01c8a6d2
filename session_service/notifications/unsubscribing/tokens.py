"""Tokens of links that stop mails: made for one user and one kind, or all kinds, and signed.

Nothing is stored. A token does what it says for as long as the secret stays the same, and nothing else; who has one
learns nothing from it but the user's id, and can do nothing but stop mails.
"""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

_MAC_BYTES = 20
_LONGEST = 200


def make_token(user_id: UUID, kind: str | None, secret: str) -> str:
    """A token that stops mails of this kind, or all mails, for one user. URL-safe."""
    content = user_id.bytes + (kind or "").encode("ascii")
    return base64.urlsafe_b64encode(_mac(content, secret) + content).rstrip(b"=").decode("ascii")


def read_token(token: str, secret: str) -> tuple[UUID, str | None] | None:
    """Whose mails a token stops, and of which kind (None: all); None if it was not made with this secret."""
    if len(token) > _LONGEST or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    mac, content = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if len(content) < 16 or not hmac.compare_digest(mac, _mac(content, secret)):
        return None
    user_id, kind = UUID(bytes=content[:16]), content[16:].decode("ascii") or None
    # Base64 has more than one spelling of the same bytes; a token has one.
    return (user_id, kind) if token == make_token(user_id, kind, secret) else None


def _mac(content: bytes, secret: str) -> bytes:
    # A key of its own, so that what is signed here is good for nothing else.
    key = hmac.digest(secret.encode(), b"tandem-unsubscribe", hashlib.sha256)
    return hmac.digest(key, content, hashlib.sha256)[:_MAC_BYTES]
