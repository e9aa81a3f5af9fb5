"""Invitations to appointments: to whom they were sent, and what their guests' calendars answered.

`feeds` sends them, `inbox` reads the answers. See docs/calendar.md.
"""
