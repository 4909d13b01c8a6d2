"""The forward-only migrations of the schema `reputation_service`."""
