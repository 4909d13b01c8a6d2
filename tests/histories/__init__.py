"""Histories of reads and changes through the cache, and whether any of them is stale."""
