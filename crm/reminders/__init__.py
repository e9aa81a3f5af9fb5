"""Reminders: finds what falls due and puts each occurrence into the outbox once; the digest and the single mails.

Start at `queries.py` (what is due) and `jobs.py` (`plan_reminders`).
"""
