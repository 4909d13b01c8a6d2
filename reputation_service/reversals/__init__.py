"""Operators take back what a session has done."""
