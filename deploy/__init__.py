"""Running Tandem: the command line, the local stack, seed data, containers."""
