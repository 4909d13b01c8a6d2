"""Profiles, matches, sessions and notifications: the only writer of session state and of events."""
