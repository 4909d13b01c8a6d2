"""Reputation: the ledger, its sums, badges."""
