"""Training sessions: what somebody has done, or is doing."""
