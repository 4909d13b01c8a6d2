"""Live updates: WebSockets that tell clients at once what happened. How, and why so: docs/decisions/0015."""
