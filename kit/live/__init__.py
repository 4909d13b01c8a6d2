"""Live updates: the form of the messages, and the stream in which they reach the gateways."""
