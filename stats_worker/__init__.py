"""Practice statistics: what the practices of a user come to, their streaks, and the days that are frozen."""
