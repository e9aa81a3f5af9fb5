"""News: gifts that wait for the reader's approval."""

from __future__ import annotations

import sqlalchemy as sa

from crm.compliance.models import Gift
from crm.compliance.policy import approves_gifts
from crm.compliance.queries import ORGANIZATION, PERSON, join_records, waits_for_decision_of
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _, _l, ngettext
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems


class GiftApproval(DigestKind):
    """Gifts of others that wait for approval, in one line, for managers and users with the right compliance."""

    code = "gift_approval"
    label = _l("Gifts that need approval")
    position = 57
    block = "news"
    rule = _l("A line in the daily digest counts other users' gifts that need your approval, until they are decided.")

    def concerns(self, actor: Actor) -> bool:
        """Return whether the user decides about gifts."""
        return approves_gifts(actor)

    def find_due(self, context: DigestContext) -> DueItems:
        """Return one line with the number of gifts that wait and the oldest one; none without any."""
        rows = _select_waiting(context.reader.actor)
        if not rows:
            return DueItems([])
        oldest = rows[0]
        value = formats.money(oldest.amount, oldest.currency, short=False)
        name = oldest.name or oldest.native_name
        item = DigestItem(
            icon="handover",
            title=str(ngettext("%(num)s gift needs approval", "%(num)s gifts need approval", oldest.number)),
            second="" if oldest.is_confidential else _("%(name)s, %(value)s", name=name, value=value),
            record_id=oldest.person_id or oldest.organization_id,
            kind="person" if oldest.person_id else "organization",
            path="/gifts/?decide=1",
            actions=("open",),
        )
        return DueItems([item])


@cached_query
def _select_waiting(profile: AccessProfile) -> Select:
    columns = (
        Gift.person_id,
        Gift.organization_id,
        Gift.amount,
        Gift.currency,
        sa.func.coalesce(PERSON.label, ORGANIZATION.label).label("name"),
        sa.func.coalesce(PERSON.native_label, ORGANIZATION.native_label).label("native_name"),
        sa.type_coerce(Gift.confidential, sa.Boolean).label("is_confidential"),
        sa.func.count().over().label("number"),
    )
    return (
        join_records(profile, sa.select(*columns).select_from(Gift))
        .where(waits_for_decision_of(profile.id), Gift.archived_at.is_(None))
        .order_by(Gift.given_on, Gift.id)
        .limit(1)
    )


KIND = GiftApproval()
