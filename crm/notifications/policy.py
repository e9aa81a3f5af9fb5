"""Who has notifications, and for how long. Pure."""

from __future__ import annotations

from datetime import timedelta

from crm.core.policy import RULES, Rule, is_signed_in, may_see

RULES["notification:use"] = Rule(is_signed_in, may_see, "See, open and dismiss one's own notifications.")

MAX_COUNT = 99
"""The largest number that the bell shows; more are "99+"."""
RETENTION = timedelta(days=180)
"""After this time notifications are deleted, dismissed or not."""

MENTIONED, ASSIGNED, CHECK_IN, SURVEY = "mentioned", "assigned", "checkin", "survey_answer"
INVITATION, STOPPED = "invitation_answer", "checkin_stopped"
"""Kinds without an email of their own, named like the kinds of reminders that have them in the digest."""
