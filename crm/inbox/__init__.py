"""Email that comes in: replies to reminders, emails filed by users, bounces, and what waits for a decision.

A job reads one folder of an IMAP mailbox (`jobs.py`, `imap.py`). Each message is parsed (`message.py`,
`delivery_reports.py`), classified (`policy.py`) and handled once (`services/`); the table `inbox_message` is the
log. Nothing is ever deleted from the mailbox. See docs/email-in.md.
"""
