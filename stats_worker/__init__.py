"""Practice statistics."""
