"""Streaks at risk: who is told in the evening that today is still missing."""
