"""Counters, boards and badges from scratch, out of the ledger; and what differs from it."""
