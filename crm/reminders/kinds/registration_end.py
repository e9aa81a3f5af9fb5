"""News: registrations of clients as suppliers of a prime contractor that expire soon."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.words import _, _l, ngettext
from crm.organizations.policy import RegistrationState
from crm.projects.models import SupplierRegistration
from crm.reminders.policy import ENDING_DAYS, is_ending_news
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems

RUNNING = (RegistrationState.applied, RegistrationState.registered)


class RegistrationEnd(DigestKind):
    """Ends of the supplier registrations of the reader's clients, on ENDING_DAYS or the next working day."""

    code = "registration_end"
    label = _l("Supplier registrations expiring soon")
    position = 53
    block = "news"
    rule = _l("Listed in the daily digest 60, 30, 14, 7, 3 and 1 days before the end and on that day.")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return the registrations whose end reached one of ENDING_DAYS since the last working day."""
        today = context.today
        params: dict[str, Any] = {"first": today, "last": today + timedelta(days=max(ENDING_DAYS))}
        return DueItems(
            [
                DigestItem(
                    icon="alert",
                    title=_(
                        "Registration of %(client)s at %(prime)s expires %(day)s",
                        client=row.client or row.native_client,
                        prime=row.prime or row.native_prime,
                        day=formats.day(row.expires_on),
                    ),
                    second=_days_left((row.expires_on - today).days),
                    record_id=row.client_id,
                    kind="organization",
                    due_on=row.expires_on,
                    actions=("open",),
                    confidential=row.confidential,
                )
                for row in _registrations(context.reader.actor, **params)
                if is_ending_news(row.expires_on, today, context.previous_day)
            ]
        )


def _days_left(days: int) -> str:
    return str(ngettext("in %(num)s day", "in %(num)s days", days)) if days else _("today")


@cached_query
def _registrations(profile: AccessProfile) -> Select:
    client, prime = alias(Record, "registration_client"), alias(Record, "registration_prime")
    first, last = sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)
    return (
        sa.select(
            SupplierRegistration.client_id,
            client.label.label("client"),
            client.native_label.label("native_client"),
            prime.label.label("prime"),
            prime.native_label.label("native_prime"),
            SupplierRegistration.expires_on,
            sa.or_(client.confidential, prime.confidential).label("confidential"),
        )
        .join(client, client.id == SupplierRegistration.client_id)
        .join(prime, prime.id == SupplierRegistration.prime_id)
        .where(SupplierRegistration.expires_on.between(first, last), SupplierRegistration.state.in_(RUNNING))
        # Few registrations end soon: found by their day, not among all clients of a counselor.
        .where(client.counselor_id + 0 == profile.id, client.archived_at.is_(None))
        .where(visible(profile, client), visible(profile, prime))
        .order_by(SupplierRegistration.expires_on, SupplierRegistration.id)
    )


KIND = RegistrationEnd()
