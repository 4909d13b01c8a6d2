"""Who is asking, for endpoints; apart from `kit.identity`, so that whatever serves none loads no web framework."""

from typing import Annotated

import structlog
from fastapi import Depends, Request
from pydantic import SecretStr

from kit.identity import IDENTITY_HEADER, Caller, InvalidIdentity, OperatorRequired, verify


async def current_caller(request: Request) -> Caller:
    """FastAPI dependency: the caller whom the gateway vouches for.

    The secret is `request.app.state.settings.internal_secret`. Raises :class:`InvalidIdentity` (401) when there is
    not exactly one valid identity header.
    """
    tokens = request.headers.getlist(IDENTITY_HEADER)
    if len(tokens) != 1:
        raise InvalidIdentity
    secret = request.app.state.settings.internal_secret
    caller = verify(tokens[0], secret.get_secret_value() if isinstance(secret, SecretStr) else secret)
    structlog.contextvars.bind_contextvars(user_id=str(caller.user_id))
    return caller


CurrentCaller = Annotated[Caller, Depends(current_caller)]


async def require_operator(caller: CurrentCaller) -> Caller:
    """FastAPI dependency: the caller, who must be an operator. Raises :class:`OperatorRequired` (403)."""
    if not caller.is_operator:
        raise OperatorRequired
    return caller


CurrentOperator = Annotated[Caller, Depends(require_operator)]
