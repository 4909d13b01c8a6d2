"""Live updates: what events mean to the people who are looking."""
