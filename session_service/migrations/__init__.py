"""The forward-only migrations of the schemas `session_service` and `outbox`."""
