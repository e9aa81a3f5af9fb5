"""Outgoing email: messages, SMTP and the outbox."""
