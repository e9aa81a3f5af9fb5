"""News: the Spring Festival, with the reader's people in China who haven't been greeted yet."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from crm import calendars
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select
from crm.core.data.record import counseled_by, visible
from crm.core.i18n import formats
from crm.core.words import _l, ngettext
from crm.people.models import Person
from crm.people.queries import GREETING_DAYS, greetings_begin_at, needs_greeting
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems

PATH = "/people/?festival=1&columns=address_as,organization,city"
"""The list of the people to greet, which can be printed and exported."""


class SpringFestival(DigestKind):
    """From three weeks before the Spring Festival: how many people the reader hasn't been in touch with since then."""

    code = "spring_festival"
    label = _l("Spring Festival greetings")
    position = 82
    block = "news"
    rule = _l("On Today and in the daily digest from 3 weeks before the festival until everyone has been greeted.")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return one line with the number of people to greet, which leads to their list; none outside the season."""
        festival_on = calendars.next_spring_festival(context.today)
        if (festival_on - context.today).days > GREETING_DAYS:
            return DueItems([])
        since = greetings_begin_at(context.today, context.reader.actor.zone)
        rows = list(_people(context.reader.actor, since=since))
        return DueItems([_line(len(rows), rows[0].id, festival_on)] if rows else [])


def _line(count: int, person_id: int, festival_on: date) -> DigestItem:
    title = ngettext(
        "Spring Festival on %(day)s: %(num)s person to greet",
        "Spring Festival on %(day)s: %(num)s people to greet",
        count,
        day=formats.day(festival_on, weekday=True),
    )
    return DigestItem(
        icon="people",
        title=str(title),
        record_id=person_id,
        kind="person",
        due_on=festival_on,
        actions=("open",),
        path=PATH,
    )


@cached_query
def _people(profile: AccessProfile) -> Select:
    """Select the people of the viewer with whom nobody has talked since `since`."""
    since = sa.bindparam("since", type_=Instant)
    return (
        sa.select(Person.id)
        .where(counseled_by(profile.id, Person), Person.archived_at.is_(None), visible(profile, Person))
        .where(needs_greeting(since))
        .order_by(Person.id)
    )


KIND = SpringFestival()
