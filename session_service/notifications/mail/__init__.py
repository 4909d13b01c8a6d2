"""E-mail: planned with the inbox entries that it tells of, and sent at most once."""
