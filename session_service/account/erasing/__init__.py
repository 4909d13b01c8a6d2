"""Erasure: every trace of a user goes, and the buddies keep their own history."""
