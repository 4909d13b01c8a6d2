"""The forward-only migrations of the schema `stats_worker`."""
