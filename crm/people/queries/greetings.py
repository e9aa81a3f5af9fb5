"""Whom to greet at the Spring Festival."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from crm import calendars
from crm.core.data.record_dates import RecordDates
from crm.people.models import Person

from .people import celebrates_spring_festival

GREETING_DAYS = 21
"""How many days before the Spring Festival the season of greetings begins."""


def needs_greeting(since: Any) -> sa.ColumnElement[bool]:
    """Return the condition of people to greet: nobody has talked with them since a moment."""
    dates = RecordDates
    talked = sa.exists().where(dates.record_id == Person.id, dates.team_key == 0, dates.last_interaction_at >= since)
    return sa.and_(celebrates_spring_festival(), sa.not_(talked.correlate(Person)))


def greetings_begin_at(today: date, zone: str) -> datetime:
    """Return the moment from which interactions count as greetings for the next Spring Festival."""
    first = calendars.next_spring_festival(today) - timedelta(days=GREETING_DAYS)
    return calendars.resolve_local(first, time(0), zone)
