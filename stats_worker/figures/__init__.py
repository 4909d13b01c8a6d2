"""Figures: what a user's practices come to, and the calendar."""
