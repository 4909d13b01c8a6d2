"""Practices: a catalogue of sequences, and what somebody does of it."""
