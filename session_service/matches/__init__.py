"""Two buddies: invited, accepted, declined."""
