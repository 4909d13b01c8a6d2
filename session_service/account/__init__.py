"""The account as a whole: what is held about a user, handed out or erased."""
