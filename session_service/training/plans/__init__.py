"""Plans: what somebody means to do."""
