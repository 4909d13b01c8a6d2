"""Users' own webhook endpoints: registered here, and sent what happens to their owners."""
