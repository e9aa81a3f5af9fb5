"""News: birthdays of people."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.record import counseled_by, get_visible, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _, _l, ngettext
from crm.people.models import Person
from crm.people.policy import birthday_in
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems, Explanation


class Birthday(DigestKind):
    """Birthdays of the reader's people, on the day or the next working day of the reader. Off by default."""

    code = "birthday"
    label = _l("Birthdays")
    position = 80
    is_default = False
    record_kinds = frozenset({"person"})
    block = "news"
    rule = _l("Birthdays are in the daily digest of that day or of the next working day.")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return the birthdays since the last working day."""
        today = context.today
        days = [today - timedelta(days=n) for n in range((today - context.previous_day).days)]
        months = sorted({f"{day.month:02d}" for day in days})
        rows = [
            (birthday_in(day.year, row.birth_month, row.birth_day), row)
            for row in _people(context.reader.actor, months=months)
            for day in days
            if birthday_in(day.year, row.birth_month, row.birth_day) == day
        ]
        return DueItems(
            [
                DigestItem(
                    icon="people",
                    title=_title(row.label, row.native_label, day, today),
                    second=_age(row.birth_year, day),
                    record_id=row.id,
                    kind="person",
                    due_on=day,
                    actions=("open",),
                    confidential=row.confidential,
                )
                for day, row in sorted(rows, key=lambda entry: (entry[0], entry[1].id))
            ]
        )

    def explain(self, actor: Actor, record_id: int | None, now: datetime) -> Explanation:
        """Explain the line about a person; without a birthday there is none."""
        person = get_visible(Person, actor, record_id or 0)
        if person.birth_date is None:
            return Explanation(person.label, [_("No birthday is entered for this person.")], is_open=False)
        return super().explain(actor, record_id, now)


def _title(label: str, native_label: str, day: date, today: date) -> str:
    name = label if native_label in ("", label) else f"{label} {native_label}"
    if day == today:
        return _("Birthday today: %(name)s", name=name)
    return _("Birthday on %(day)s: %(name)s", day=formats.day(day, weekday=True), name=name)


def _age(birth_year: int | None, day: date) -> str:
    if birth_year is None:
        return ""
    return str(ngettext("%(num)s year old", "%(num)s years old", day.year - birth_year))


@cached_query
def _people(profile: AccessProfile) -> Select:
    return (
        sa.select(
            Person.id,
            Person.label,
            Person.native_label,
            Person.birth_month,
            Person.birth_day,
            Person.birth_year,
            Person.confidential,
        )
        .where(Person.birth_month.in_(sa.bindparam("months", expanding=True)), Person.birth_day.is_not(None))
        .where(counseled_by(profile.id, Person), Person.archived_at.is_(None), visible(profile, Person))
        .order_by(Person.id)
    )


KIND = Birthday()
