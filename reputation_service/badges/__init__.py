"""Badges for completed sessions and for streaks."""
