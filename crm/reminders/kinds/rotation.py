"""News: officers of U.S. posts whose tour ends soon, and new ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.words import _, _l, ngettext
from crm.organizations.models import PostRole
from crm.people.models import PostHolder
from crm.people.post_terms import TERM_ENDS_ON, is_current_holder
from crm.reminders.policy import ENDING_DAYS, is_ending_news
from crm.reminders.queries.changes import has_changed
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems

FIRST, LAST = sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)


class Rotation(DigestKind):
    """Ends of tours at the reader's posts, on ENDING_DAYS or the next working day, and new officers there."""

    code = "rotation"
    label = _l("U.S. post officers: tour ends and successors")
    position = 55
    block = "news"
    rule = _l(
        "Expected ends of tours are in the daily digest 60, 30, 14, 7, 3 and 1 days before and on that day. New "
        "officers are in the next digest."
    )

    def find_due(self, context: DigestContext) -> DueItems:
        """Return the tours that reached one of ENDING_DAYS since the last working day, and new officers."""
        return DueItems([*_ending_items(context), *_new_items(context)])


def _ending_items(context: DigestContext) -> Iterator[DigestItem]:
    today = context.today
    params = {"first": today, "last": today + timedelta(days=max(ENDING_DAYS))}
    for row in _select_ending_terms(context.reader.actor, **params):
        *columns, day = row
        if is_ending_news(day, today, context.previous_day):
            days = (day - today).days
            when = ngettext("in %(num)s day", "in %(num)s days", days) if days else _("today")
            yield _item(_("Tour of %(name)s ends about %(day)s"), columns, when, formats.day(day))


def _new_items(context: DigestContext) -> Iterator[DigestItem]:
    for row in _select_new_officers(context.reader.actor, since=context.changes_since, first=context.today):
        yield _item(_("New officer: %(name)s"), row)


def _item(title: str, row: Any, when: str = "", day: str = "") -> DigestItem:
    post_id, post, native_post, role, name, native_name, confidential = row
    return DigestItem(
        icon="people",
        title=title % {"name": name or native_name, "day": day},
        second=", ".join(part for part in (role, post or native_post, when) if part),
        record_id=post_id,
        kind="organization",
        actions=("open",),
        confidential=confidential,
    )


@cached_query
def _select_ending_terms(profile: AccessProfile) -> Select:
    return _officers(profile, TERM_ENDS_ON).where(TERM_ENDS_ON.between(FIRST, LAST), is_current_holder(FIRST))


@cached_query
def _select_new_officers(profile: AccessProfile) -> Select:
    is_new = has_changed(PostHolder.person_id, "post_role_id")
    return _officers(profile).where(is_new, is_current_holder(FIRST))


def _officers(profile: AccessProfile, *more: Any) -> sa.Select[Any]:
    """Select the officers at posts whose counselor is the viewer; without one the officer's counselor."""
    post, person = alias(Record, "reminders_post"), alias(Record, "reminders_officer")
    confidential = sa.or_(post.confidential, person.confidential)
    names = (post.id, post.label, post.native_label, PostRole.title, person.label, person.native_label, confidential)
    return (
        sa.select(*names, *more)
        .select_from(PostHolder)
        .join(PostRole, PostRole.id == PostHolder.post_role_id)
        .join(post, sa.and_(post.id == PostRole.organization_id, visible(profile, post)))
        .join(person, sa.and_(person.id == PostHolder.person_id, visible(profile, person)))
        .where(sa.func.coalesce(post.counselor_id, person.counselor_id) == profile.id)
        .where(post.archived_at.is_(None), person.archived_at.is_(None))
        .order_by(TERM_ENDS_ON, PostHolder.id)
    )


KIND = Rotation()
