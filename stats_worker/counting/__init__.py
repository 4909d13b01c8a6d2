"""Counting: events become figures, step by step."""
