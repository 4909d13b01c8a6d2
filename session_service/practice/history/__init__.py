"""The practices of a user, newest first."""
