"""Every refusal of the webhooks room: code, status, and the exact text, which is the docstring's first line."""

from kit.errors import Conflict, NotFound, Unprocessable


class WebhookNotFound(NotFound):
    """Webhook not found"""

    # Somebody else's is as unknown as none.
    code = "webhook_not_found"


class DeliveryNotFound(NotFound):
    """Delivery not found"""

    code = "delivery_not_found"


class TooManyWebhooks(Conflict):
    """No more webhooks can be added: delete one first"""

    code = "too_many_webhooks"


class TooManySecrets(Conflict):
    """The secret was changed too often in the last 24 hours"""

    code = "too_many_secrets"


class TooManyTests(Conflict):
    """There are tests of this webhook that have not been sent yet"""

    code = "too_many_tests"


class WebhookDisabled(Conflict):
    """The webhook is switched off"""

    code = "webhook_disabled"


class InvalidUrl(Unprocessable):
    """The URL cannot be used for a webhook"""

    code = "invalid_webhook_url"


class ForbiddenAddress(Unprocessable):
    """The URL does not lead to a public address"""

    code = "forbidden_address"
