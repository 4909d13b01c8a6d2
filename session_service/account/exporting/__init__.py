"""Exports: all that is held about a user, as one ZIP."""
