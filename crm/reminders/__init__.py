"""Reminders: what is due, for whom, and its email once; the daily digest and the separate emails.

Start at `kinds/` (one object a kind of reminder) and `jobs.py` (`plan_reminders`).
"""
