"""The function deliver_outbox."""
