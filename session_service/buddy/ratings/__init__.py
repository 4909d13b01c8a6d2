"""What buddies think of each other after a session: private, and blind until both have said it."""
