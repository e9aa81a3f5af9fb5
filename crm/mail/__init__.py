"""The page *Email*: what was sent, what failed, what is in doubt; actions on doubtful emails, and the channel.

The outbox itself is in core (docs/mail.md).
"""
