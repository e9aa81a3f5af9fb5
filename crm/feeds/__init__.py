"""Calendars: a secret feed for each user, files to download, and invitations by email.

Start with `events.py` (what is in a calendar) and `ical.py` (its text).
"""
