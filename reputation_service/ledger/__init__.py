"""The append-only ledger and its sums."""
