"""Answers to reminders without signing in: from a link in the email, or by a reply.

A link is signed and ends with its use, with time, with reassignment and with the account (`tokens.py`, `queries.py`). A
reply is parsed by `replies/`, trusted by its signed address alone. Both end in `services.py`. See docs/answers.md.
"""
