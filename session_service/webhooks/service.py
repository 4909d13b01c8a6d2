"""Use cases about webhooks. Somebody else's webhook is as good as none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.webhooks import errors, repository, rules
from session_service.webhooks.addresses import Target
from session_service.webhooks.deliveries import service as deliveries
from session_service.webhooks.rules import Webhook


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a webhook shall lead, with what speaks against it; looked up before the transaction."""

    target: Target
    fault: errors.ForbiddenAddress | None


async def add(
    connection: AsyncConnection,
    user_id: UUID,
    destination: Destination,
    *,
    kinds: list[str] | None,
    description: str,
) -> tuple[Webhook, str]:
    """A new webhook and its secret. Raises TooManyWebhooks, and the destination's fault."""
    target = _faultless(destination)
    await repository.lock_user(connection, user_id)
    if await repository.count(connection, user_id) >= rules.ENDPOINTS_AT_MOST:
        raise errors.TooManyWebhooks
    webhook = await repository.add(
        connection, user_id, url=target.url, host=target.host, kinds=kinds, description=description
    )
    secret = rules.new_secret()
    await repository.add_secret(connection, user_id, webhook.id, secret)
    return webhook, secret


async def all_of(connection: AsyncConnection, user_id: UUID) -> list[Webhook]:
    """The user's webhooks, oldest first."""
    return await repository.all_of(connection, user_id)


async def find(connection: AsyncConnection, user_id: UUID, webhook_id: UUID) -> Webhook:
    """One of the user's webhooks. Raises WebhookNotFound."""
    return _there(await repository.load(connection, user_id, webhook_id))


async def find_locked(connection: AsyncConnection, user_id: UUID, webhook_id: UUID) -> Webhook:
    """As `find`; it, and what is queued for it, stays as it is until the transaction ends."""
    return _there(await repository.load(connection, user_id, webhook_id, lock=True))


async def change(
    connection: AsyncConnection,
    user_id: UUID,
    webhook: Webhook,
    changes: Mapping[str, Any],
    destination: Destination | None,
) -> Webhook:
    """Changes a locked webhook: ``kinds``, ``description`` and ``enabled``, as given, and where it leads.

    Raises the destination's fault. What waits goes to the new address, of which nothing is held against it.
    """
    columns = {name: changes[name] for name in ("kinds", "description") if name in changes}
    if destination is not None:
        target = _faultless(destination)
        columns |= {"url": target.url, "host": target.host}
    if columns:
        webhook = await repository.save(connection, webhook.id, columns)
    enabled = changes.get("enabled", webhook.enabled)
    if enabled and not webhook.enabled:
        return await repository.enable(connection, webhook.id)
    if not enabled and webhook.enabled:
        await deliveries.disable(connection, webhook.id, "by_owner")
        return await find(connection, user_id, webhook.id)
    return webhook


async def delete(connection: AsyncConnection, webhook: Webhook) -> None:
    """Deletes a locked webhook; what waits for it is never sent."""
    await repository.delete(connection, webhook.id)


async def rotate_secret(connection: AsyncConnection, user_id: UUID, webhook: Webhook) -> tuple[str, datetime]:
    """A new secret for a locked webhook, and until when the one before signs, too. Raises TooManySecrets."""
    until, left = await repository.retire_secrets(connection, webhook.id, rules.SIGNS_ON)
    if left >= rules.SECRETS_AT_MOST:
        raise errors.TooManySecrets
    secret = rules.new_secret()
    await repository.add_secret(connection, user_id, webhook.id, secret)
    return secret, until


def _faultless(destination: Destination) -> Target:
    if destination.fault is not None:
        raise destination.fault
    return destination.target


def _there(webhook: Webhook | None) -> Webhook:
    if webhook is None:
        raise errors.WebhookNotFound
    return webhook
