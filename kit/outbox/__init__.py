"""The transactional outbox: events, deliveries, the relay, consumers."""
