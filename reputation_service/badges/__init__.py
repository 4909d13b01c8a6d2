"""Badges for completed sessions."""
