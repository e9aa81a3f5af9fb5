"""Mail: what went out, what did not, what is not sure; answers of people to doubtful mails, and the channel.

The outbox itself is core's (docs/mail.md); this is its page.
"""
