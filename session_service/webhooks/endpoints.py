"""The doors of webhooks: ``/api/webhooks``."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.door import Answer, Door, ServiceDoor
from kit.page_parameters import Cursor, Limit
from kit.pages import decode_cursor, page
from kit.responses import refusals
from kit.schemas import NoFields
from session_service.webhooks import errors, rules, service
from session_service.webhooks.addresses import Allowance, read_url
from session_service.webhooks.deliveries import service as deliveries
from session_service.webhooks.resolving import Names
from session_service.webhooks.schemas import (
    CreatedWebhookView,
    DeliveryList,
    DeliveryView,
    NewWebhook,
    RotatedSecretView,
    WebhookChanges,
    WebhookList,
    WebhookView,
)
from session_service.webhooks.service import Destination

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"])

URL_REFUSALS = (errors.InvalidUrl, errors.ForbiddenAddress)
SECRET_HEADERS = {"Cache-Control": "no-store"}


@router.post(
    "",
    response_model=CreatedWebhookView,
    status_code=201,
    summary="Add a webhook",
    responses=refusals(*URL_REFUSALS, errors.TooManyWebhooks),
)
async def create_webhook(door: ServiceDoor, body: NewWebhook) -> Response:
    """From now on what the user is notified of is sent there, too, as Standard Webhooks says.

    The secret that signatures are verified with is in this answer and in no other one, but for the same request sent
    again under its `Idempotency-Key`, for 24 hours. A user has 10 webhooks at most. An address that is not public is
    refused, now and at each attempt.
    """
    destination = await _destination(door, body.url)

    async def work(connection: AsyncConnection) -> Answer:
        webhook, secret = await service.add(
            connection, door.caller.user_id, destination, kinds=body.kinds, description=body.description
        )
        view = CreatedWebhookView(**WebhookView.model_validate(webhook).model_dump(), secret=secret)
        return Answer(
            view, status=201, headers={"Location": f"{router.prefix}/{webhook.id}", **SECRET_HEADERS}
        )

    return await door.change(work)


@router.get("", response_model=WebhookList, summary="The user's webhooks")
async def list_webhooks(door: ServiceDoor) -> Response:
    """All of them, oldest first, without their secrets."""

    async def work(connection: AsyncConnection) -> Answer:
        webhooks = await service.all_of(connection, door.caller.user_id)
        return Answer(WebhookList(items=[WebhookView.model_validate(webhook) for webhook in webhooks]))

    return await door.read(work)


@router.get(
    "/{webhook_id}",
    response_model=WebhookView,
    summary="One of the user's webhooks",
    responses=refusals(errors.WebhookNotFound),
)
async def get_webhook(door: ServiceDoor, webhook_id: UUID) -> Response:
    """The webhook, without its secret."""

    async def work(connection: AsyncConnection) -> Answer:
        webhook = await service.find(connection, door.caller.user_id, webhook_id)
        return Answer(WebhookView.model_validate(webhook))

    return await door.read(work)


@router.patch(
    "/{webhook_id}",
    response_model=WebhookView,
    summary="Change a webhook, or switch it off or on",
    responses=refusals(errors.WebhookNotFound, *URL_REFUSALS),
)
async def change_webhook(door: ServiceDoor, webhook_id: UUID, body: WebhookChanges) -> Response:
    """What waits goes to the new address. Switched off, it is given up; switched on, it can be sent again."""
    changes = body.changes
    destination = await _destination(door, body.url) if "url" in changes else None

    async def work(connection: AsyncConnection) -> Answer:
        user_id = door.caller.user_id
        webhook = await service.find_locked(connection, user_id, webhook_id)
        door.if_match(WebhookView.model_validate(webhook))
        webhook = await service.change(connection, user_id, webhook, changes, destination)
        return Answer(WebhookView.model_validate(webhook))

    return await door.change(work)


@router.delete(
    "/{webhook_id}",
    status_code=204,
    response_class=Response,
    summary="Delete a webhook",
    responses=refusals(errors.WebhookNotFound),
)
async def delete_webhook(door: ServiceDoor, webhook_id: UUID) -> Response:
    """Nothing is sent to it any more; the log of what was goes with it."""

    async def work(connection: AsyncConnection) -> Answer:
        webhook = await service.find_locked(connection, door.caller.user_id, webhook_id)
        door.if_match(WebhookView.model_validate(webhook))
        await service.delete(connection, webhook)
        return Answer(None, status=204)

    return await door.change(work)


@router.post(
    "/{webhook_id}/rotate-secret",
    response_model=RotatedSecretView,
    summary="Give a webhook a new secret",
    description=f"For {rules.SIGNS_ON.total_seconds() / 3600:.0f} hours messages are signed by the new secret and by "
    "the one before, so that the receiver can change over in its own time.",
    responses=refusals(errors.WebhookNotFound, errors.TooManySecrets),
)
async def rotate_secret(  # noqa: D103 - described above
    door: ServiceDoor, webhook_id: UUID, body: NoFields | None = None
) -> Response:
    async def work(connection: AsyncConnection) -> Answer:
        webhook = await service.find_locked(connection, door.caller.user_id, webhook_id)
        secret, until = await service.rotate_secret(connection, door.caller.user_id, webhook)
        view = RotatedSecretView(id=webhook.id, secret=secret, previous_expires_at=until)
        return Answer(view, headers=dict(SECRET_HEADERS))

    return await door.change(work)


@router.post(
    "/{webhook_id}/test",
    response_model=DeliveryView,
    status_code=202,
    summary="Try a webhook out",
    responses=refusals(errors.WebhookNotFound, errors.WebhookDisabled, errors.TooManyTests),
)
async def try_webhook(door: ServiceDoor, webhook_id: UUID, body: NoFields | None = None) -> Response:
    """Sends it a message of type `webhook.test`, as everything is sent: what came of it is in the deliveries."""

    async def work(connection: AsyncConnection) -> Answer:
        webhook = await service.find_locked(connection, door.caller.user_id, webhook_id)
        delivery = await deliveries.test(connection, door.caller.user_id, webhook)
        return Answer(DeliveryView.model_validate(delivery), status=202)

    return await door.change(work)


@router.get(
    "/{webhook_id}/deliveries",
    response_model=DeliveryList,
    summary="What was sent to a webhook",
    responses=refusals(errors.WebhookNotFound),
)
async def list_deliveries(
    door: ServiceDoor, webhook_id: UUID, limit: Limit = 20, cursor: Cursor = None
) -> Response:
    """Newest first, with each attempt. What was delivered is kept for 30 days, what was given up for 90."""
    before = None if cursor is None else decode_cursor(cursor, (datetime, UUID))

    async def work(connection: AsyncConnection) -> Answer:
        webhook = await service.find(connection, door.caller.user_id, webhook_id)
        found = await deliveries.page(connection, webhook, before=before, limit=limit + 1)
        shown, next_cursor = page(found, limit, lambda delivery: (delivery.created_at, delivery.id))
        items = [DeliveryView.model_validate(delivery) for delivery in shown]
        return Answer(DeliveryList(items=items, next_cursor=next_cursor))

    return await door.read(work)


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/redeliver",
    response_model=DeliveryView,
    status_code=202,
    summary="Send something again",
    responses=refusals(errors.WebhookNotFound, errors.DeliveryNotFound, errors.WebhookDisabled),
)
async def redeliver(
    door: ServiceDoor, webhook_id: UUID, delivery_id: UUID, body: NoFields | None = None
) -> Response:
    """The same message under the same id, at once, whatever came of it before."""

    async def work(connection: AsyncConnection) -> Answer:
        webhook = await service.find_locked(connection, door.caller.user_id, webhook_id)
        delivery = await deliveries.redeliver(connection, webhook, delivery_id)
        return Answer(DeliveryView.model_validate(delivery), status=202)

    return await door.change(work)


async def _destination(door: Door, url: str) -> Destination:
    # Before the transaction: somebody's slow name server must not hold a connection to the database.
    settings = door.request.app.state.settings
    allowance = Allowance(http=not settings.is_production, networks=settings.webhook_allowed_networks)
    target = read_url(url, allowance)
    names: Names = door.request.app.state.webhook_names
    return Destination(target, await names.fault(target, within=settings.webhook_resolve_timeout_seconds))
