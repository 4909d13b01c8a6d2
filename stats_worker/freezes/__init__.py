"""Freezes: days that bridge a streak though nothing was practised."""
