"""Buddy sessions: scheduled, checked in to, confirmed, completed."""
