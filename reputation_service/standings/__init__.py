"""Leaderboards, ranks, and how users are distributed."""
