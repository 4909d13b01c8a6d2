"""Faults in the middle of work: every process killed in turn, all of Redis lost, PostgreSQL restarted."""
