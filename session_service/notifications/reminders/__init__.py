"""Reminders of buddy sessions: rows with a due time, looked at once more when it has come."""
