"""The local stack: embedded servers and a supervisor of every process."""
