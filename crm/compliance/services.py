"""Add, change, approve, reject, archive and restore gifts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.locks import lock_row
from crm.core.data.net_changes import NetChange
from crm.core.data.record import Record, get_referenced
from crm.core.errors import Conflict, Forbidden, Invalid
from crm.core.hooks import RESTORED_ROWS
from crm.core.policy import Actor
from crm.core.words import _
from crm.organizations.models import OrganizationRoleLink
from crm.organizations.policy import OrganizationRole
from crm.people.policy import OfficialKind
from crm.people.position_dates import is_over
from crm.people.queries import load_affiliations
from crm.records.models import Attachment
from crm.records.services import attach
from crm.reference.queries import load_rates

from .models import Gift
from .policy import GiftDirection, GiftState, highest_official, list_approval_reasons
from .queries import list_gifts_within_limits, list_later_gifts, load_limits, may_decide_about, sum_year

FIELDS = (
    *("direction", "kind", "given_on", "person_id", "organization_id", "user_id"),
    *("description", "purpose", "amount", "currency", "occasion_id"),
)
MAX_USD = Decimal(10) ** 12
DECISIVE = ("direction", "given_on", "person_id", "organization_id", "user_id", "amount", "currency", "usd")
"""The fields whose change needs a new decision."""


def save_gift(
    actor: Actor, values: Mapping[str, Any], row: Gift | None = None, receipt: FileStorage | str | None = None
) -> Gift:
    """Add or change a gift with its receipt, and state whether it needs approval.

    Raises Invalid without a person and an organization, and NotFound for records that the actor can't see.
    """
    gift = row or Gift(state=GiftState.not_needed)
    old = {name: getattr(gift, name) for name in DECISIVE}
    _check_references(actor, values, gift)
    _lock_recipient(values["direction"], values["user_id"], values["person_id"] or values["organization_id"])
    for name in FIELDS:
        setattr(gift, name, values[name])
    _set_employer(actor, gift)
    gift.usd = _in_usd(gift)
    _store_receipt(actor, gift, receipt)
    db.session.add(gift)
    db.session.flush()
    if any(getattr(gift, name) != value for name, value in old.items()):
        _set_state(actor, gift)
        _check_later(actor, gift)
    db.session.flush()
    return gift


def _check_references(actor: Actor, values: Mapping[str, Any], gift: Gift) -> None:
    if values["person_id"] is None and values["organization_id"] is None:
        raise Invalid(_("Choose a person or an organization."), "person_id")
    if values["given_on"] > clock.today(actor.zone) and values["given_on"] != gift.given_on:
        raise Invalid(_("Enter today's date or an earlier one. Log a gift once it was given or received."), "given_on")
    if values["amount"] < 0:
        raise Invalid(_("Enter a value of 0 or more."), "amount")
    for name in ("person_id", "organization_id", "occasion_id"):
        if values[name] is not None:
            get_referenced(Record, actor, values[name], (getattr(gift, name),))


def _lock_recipient(direction: GiftDirection, user_id: int, record_id: int | None) -> None:
    """Wait for others who save gifts of the same recipient, until they commit: theirs count for the limit, too.

    Before the gift is changed, because they may have to change it, too.
    """
    if direction is GiftDirection.to_us:
        lock_row(User, user_id)
    else:
        lock_row(Record, record_id)


def _set_state(actor: Actor, gift: Gift) -> None:
    """State whether a gift needs approval; an earlier decision was about other facts.

    One that doesn't count so far is judged as if it did.
    """
    year = sum_year(actor, gift, gift.given_on)
    if gift.state is GiftState.rejected or gift.archived_at is not None:
        year = year._replace(number=year.number + 1)
    reasons = list_approval_reasons(gift.usd, year, load_limits(gift.given_on))
    gift.state = GiftState.needs_approval if reasons else GiftState.not_needed
    gift.decided_by_id = gift.decided_at = gift.decision_note = None


def _check_later(actor: Actor, gift: Gift) -> None:
    """Ask for approval of later gifts that are beyond the number for a year with a gift that was logged late."""
    db.session.flush()
    _check_number(actor, list_later_gifts(actor, gift))


def _check_number(actor: Actor, gifts: Iterable[Gift]) -> None:
    for gift in gifts:
        if sum_year(actor, gift, gift.given_on).number > load_limits(gift.given_on).per_year:
            gift.state = GiftState.needs_approval


def check_gifts_of(actor: Actor, recipient: Record) -> None:
    """Ask for approval of gifts to a recipient that are beyond the number for a year, such as after a merge."""
    db.session.flush()
    _check_number(actor, list_gifts_within_limits(actor, recipient))
    db.session.flush()


def _set_employer(actor: Actor, gift: Gift) -> None:
    """Set the organization of a person's primary position if none is chosen, and the official status of the other side.

    That is the status of the person's current positions; without a person, of a government agency.
    """
    if gift.person_id is None:
        gift.official = OfficialKind.official if _is_government(gift.organization_id) else OfficialKind.none
        return
    positions, today = load_affiliations(actor, [gift.person_id])[gift.person_id], clock.today(actor.zone)
    current = [row for row in positions if not is_over(row.to_on, today)]
    if gift.organization_id is None and current:
        gift.organization_id = current[0].organization_id
    gift.official = highest_official([row.official for row in current])


def _is_government(organization_id: int | None) -> bool:
    stmt = sa.select(OrganizationRoleLink.role).where(OrganizationRoleLink.organization_id == organization_id)
    return OrganizationRole.government in db.session.scalars(stmt).all()


def _in_usd(gift: Gift) -> Decimal | None:
    """Return the value at the newest rate up to the day of the gift; None without a rate.

    Raises Invalid for more than the column can have.
    """
    rate = load_rates(gift.given_on).get(gift.currency)
    usd = (gift.amount * rate.usd).quantize(Decimal("0.01")) if rate else None
    if usd is not None and usd >= MAX_USD:
        raise Invalid(_("Enter a smaller number."), "amount")
    return usd


def _store_receipt(actor: Actor, gift: Gift, receipt: FileStorage | str | None) -> None:
    """Store a receipt as a file of the named record with the fewest readers, and move a stored one there."""
    ids = [i for i in (gift.occasion_id, gift.person_id, gift.organization_id) if i is not None]
    records = [db.session.get_one(Record, i) for i in ids]
    record = min(records, key=lambda one: (not one.confidential, one.team_id is None))
    if gift.receipt_id is not None:
        db.session.get_one(Attachment, gift.receipt_id).record_id = record.id
    for attachment in attach(actor, record, [receipt] if receipt else [], "receipt"):
        gift.receipt_id = attachment.id


def decide_gift(
    actor: Actor, gift: Gift, *, approved: bool, note: str | None = None, version: int | None = None
) -> None:
    """Approve or reject a gift; `version` is the one that the actor saw.

    Raises Forbidden for one's own, Conflict if it was changed since, and Invalid when it is archived, no decision is
    needed or a rejection has no reason.
    """
    if not may_decide_about(actor, gift):
        raise Forbidden
    if version is not None and version != gift.version:
        raise Conflict(_("Someone else updated this record."), record_url=f"/gifts/{gift.id}")
    if gift.archived_at is not None:
        raise Invalid(_("Restore this gift first."))
    if gift.state is GiftState.not_needed:
        raise Invalid(_("This gift doesn't need approval."))
    if not approved and not note:
        raise Invalid(_("Describe why the gift isn't approved."), "note")
    counts_again = approved and gift.state is GiftState.rejected
    gift.state = GiftState.approved if approved else GiftState.rejected
    gift.decided_by_id, gift.decided_at, gift.decision_note = actor.id, clock.now(), note
    if counts_again:
        _check_later(actor, gift)
    db.session.flush()


def set_archived(actor: Actor, gift: Gift, *, archived: bool) -> None:
    """Archive a gift, which then no longer counts, or restore it; a restored one counts, also for later ones."""
    _lock_recipient(gift.direction, gift.user_id, gift.person_id or gift.organization_id)
    gift.archived_at = clock.now() if archived else None
    db.session.flush()
    if not archived:
        _check_again(actor, gift)


def _check_again(actor: Actor, gift: Gift) -> None:
    """Check the limits of a gift that counts again, and those of later ones."""
    if gift.state is GiftState.not_needed:
        _set_state(actor, gift)
    if gift.state is not GiftState.rejected:
        _check_later(actor, gift)
    db.session.flush()


def _check_restored(actor: Actor, changes: Sequence[NetChange]) -> None:
    """Check the limits again after an undo: a gift that wasn't archived, or was approved, counts as before."""
    ids = [int(change.row_id) for change in changes]
    stmt = sa.select(Gift).where(Gift.id.in_(ids), Gift.archived_at.is_(None)).order_by(Gift.given_on, Gift.id)
    for gift in db.session.scalars(stmt):
        _check_again(actor, gift)


RESTORED_ROWS[Gift.__tablename__] = _check_restored
