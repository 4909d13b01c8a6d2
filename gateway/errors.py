"""Every refusal of the gateway. The first line of a docstring is what the client reads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from kit.errors import NotFound, Refusal, Unauthenticated, Unavailable


class MissingToken(Unauthenticated):
    """Authentication required"""

    code = "missing_token"


class InvalidToken(Unauthenticated):
    """The access token is not valid"""

    code = "invalid_token"


class UnknownKey(InvalidToken):
    """The access token is not valid"""

    # Signed with a key that the issuer may have made since it was last asked.


class KeysUnavailable(Unavailable):
    """Failed to process request"""

    # The issuer's keys are not known, so nobody can say whether the token is good.
    code = "keys_unavailable"


class RateLimited(Refusal):
    """Too many requests"""

    status = 429
    code = "rate_limited"

    def __init__(self, policy: str, wait: float) -> None:
        """Refuse by the policy of this name; the same request may be made in `wait` seconds."""
        super().__init__(headers={"Retry-After": str(max(1, math.ceil(wait)))}, policy=policy)


class RouteNotFound(NotFound):
    """Not found"""


class MalformedRequest(Refusal):
    """The request target is malformed"""

    status = 400
    code = "malformed_request"


class MethodNotAllowed(Refusal):
    """Method not allowed"""

    status = 405
    code = "method_not_allowed"

    def __init__(self, allowed: Sequence[str]) -> None:
        """Refuse the method and name those that are `allowed`."""
        super().__init__(headers={"Allow": ", ".join(allowed)})


class BodyTooLarge(Refusal):
    """The request body is larger than 1 MiB"""

    status = 413
    code = "payload_too_large"


class UnsupportedMediaType(Refusal):
    """The request body must be application/json"""

    status = 415
    code = "unsupported_media_type"
    default_headers: ClassVar = {"Accept": "application/json"}


class ServiceUnavailable(Unavailable):
    """Failed to process request"""

    # The service that would answer is away, or was lost before its answer was complete.
    code = "service_unavailable"


class GatewayTimeout(Refusal):
    """The service did not answer in time"""

    # Whether the change was made is not known: an Idempotency-Key makes asking again safe.
    status = 504
    code = "gateway_timeout"
    default_headers: ClassVar = {"Retry-After": "1"}


class NotReady(Unavailable):
    """Not ready"""

    code = "not_ready"

    def __init__(self, checks: dict[str, str]) -> None:
        """Refuse, naming every check that is not `ok`."""
        missing = [name for name, state in checks.items() if state != "ok"]
        super().__init__(f"Not ready: {', '.join(missing)}", missing=missing, checks=checks)


class DescriptionUnavailable(Unavailable):
    """The API description is not available just now"""

    code = "description_unavailable"
