"""What the courier does: makes deliveries out of notifications, sends them, and notes what came of it."""
