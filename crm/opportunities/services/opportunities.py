"""Add and change opportunities; every change of amount, close date and counselor is a row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.record import Record, get_referenced, update_dependents
from crm.core.data.record_names import name_record
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.words import _
from crm.matching.services import accept_match, refuse_dismissed
from crm.opportunities.models import Opportunity, OpportunityChange
from crm.opportunities.policy import ChangedField, ExitTest, OpportunityStage, SalesPath
from crm.opportunities.quarters import parse_quarter
from crm.opportunities.queries import default_counselor
from crm.opportunities.rates import has_default, lock_stage_percents
from crm.organizations.queries import get_organization
from crm.people.models import RecordEmployer
from crm.people.services import set_client_access
from crm.records.queries import other_names_of
from crm.records.services import (
    assign_chosen_counselor,
    check_counselor,
    declare_links,
    keep_readers,
    may_name,
    withdraw_evidence,
)

from .second_counselor import set_second_counselor
from .values import audited_values, check_values, derive_values, replace_close

PLAIN = (
    "title",
    "path",
    "project_id",
    "buyer_id",
    "buyer_contact_id",
    "need_id",
    "representation_id",
    "product_id",
    "amount",
    "currency",
    "probability",
    "certainty",
    "close_on",
    "close_quarter",
    "waiting_for",
    "license_gate",
    "note",
)
SCREENED = ("project_id", "buyer_id", "representation_id")
"""The parties whose screening the export review requires."""
LINKS = ("project_id", "buyer_id", "buyer_contact_id", "need_id", "representation_id", "product_id")
declare_links(
    "opportunity",
    *(sa.select(Opportunity.id, getattr(Opportunity, name)) for name in ("client_id", *LINKS)),
    sa.select(Opportunity.id, RecordEmployer.organization_id).join(
        RecordEmployer, RecordEmployer.record_id == Opportunity.id
    ),
)


def add_opportunity(actor: Actor, values: Mapping[str, Any], *, uid: str | None = None) -> Opportunity:
    """Add an opportunity. It belongs to the client's team, and is confidential if the client or the project is.

    `values`: client_id, any plain column, counselor_id; team_id if all teams share the client and the actor has no
    team. Raises Invalid, NotFound for records that the actor may not see, and Conflict for a match that was dismissed.
    """
    client = get_organization(actor, values["client_id"])
    now = clock.now()
    row = Opportunity(uid=uid or new_uid(), client_id=client.id, stage=OpportunityStage.matched, stage_since=now)
    row.waiting_since = now
    row.team_id = _team_of(actor, client, values.get("team_id"))
    row.counselor_id = values.get("counselor_id") or default_counselor(actor, client.id) or actor.id
    for name, default in (("path", SalesPath.project), ("currency", "USD")):
        setattr(row, name, values.get(name) or default)
    linked = _set_values(actor, row, values)
    if row.need_id and row.product_id:
        refuse_dismissed(row.need_id, row.product_id)
    if not actor.is_system:
        check_counselor(row.counselor_id, row.team_id)
    row.title = row.title or ""
    db.session.add(row)
    set_client_access(actor, row, row.buyer_contact_id, values.get("counselor_id"))
    set_second_counselor(actor, row, values.get("second_counselor_id"))
    _set_title(row, client, linked)
    add_change(actor, row, ChangedField.stage, None, row.stage.value)
    db.session.flush()
    if row.need_id and row.product_id:
        accept_match(actor, row.need_id, row.product_id, row.id)
    return row


def _team_of(actor: Actor, client: Record, team_id_chosen: int | None) -> int | None:
    team_id = client.team_id or team_id_chosen or actor.first_team_id
    if team_id is None and not actor.is_system:
        raise Invalid(_("Choose a team for this opportunity. All teams share the client."), "team_id")
    if team_id_chosen not in (None, team_id):
        raise Invalid(_("Leave the team blank. The opportunity belongs to the client's team."), "team_id")
    return team_id


def change_opportunity(
    actor: Actor, row: Opportunity, values: Mapping[str, Any], why: str | None = None
) -> Opportunity:
    """Change the fields in `values`; amount, close date and counselor are recorded with `why`. Raises Invalid.

    Other parties have to be screened again.
    """
    values = replace_close(values)
    before, parties = audited_values(row), {name: getattr(row, name) for name in SCREENED}
    if has_default(row):
        # Before the row is locked: a choice of probabilities locks the team first, too.
        lock_stage_percents(row.team_id)
    if values.get("counselor_id"):
        assign_chosen_counselor(actor, row, values["counselor_id"])
    with keep_readers(row):
        linked = _set_values(actor, row, values)
        set_client_access(actor, row, row.buyer_contact_id, values.get("counselor_id"))
    if any(getattr(row, name) not in (None, former_id) for name, former_id in parties.items()):
        withdraw_evidence([row.id], str(ExitTest.parties_screened.value))
    if row.second_counselor_id is not None and row.second_counselor_id == row.counselor_id:
        row.second_counselor_id = None
    if "second_counselor_id" in values:
        set_second_counselor(actor, row, values["second_counselor_id"])
    _set_title(row, db.session.get_one(Record, row.client_id), linked)
    for field, new in audited_values(row).items():
        if new != before[field]:
            add_change(actor, row, field, before[field], new, why)
    update_dependents(row)
    return row


def _set_values(actor: Actor, row: Opportunity, values: Mapping[str, Any]) -> list[Record]:
    before = {n: getattr(row, n) for n in LINKS}
    if values.get("waiting_for", row.waiting_for) is not row.waiting_for:
        row.waiting_since = clock.now()
    for name in PLAIN:
        if name in values:
            setattr(row, name, values[name])
    row.currency = row.currency or "USD"
    row.close_quarter = _quarter(row.close_quarter)
    check_values(row)
    for name, value in derive_values(row).items():
        setattr(row, name, value)
    return [get_referenced(Record, actor, values[n], [before[n]]) for n in LINKS if values.get(n)]


def _quarter(text: str | None) -> str | None:
    if not text:
        return None
    quarter = parse_quarter(text)
    if quarter is None:
        raise Invalid(_("Use the format Q1 2027."), "close_quarter")
    return quarter


def _set_title(row: Opportunity, client: Record, linked: Collection[Record]) -> None:
    """Set the title from product and project if there is none, and update the search names."""
    if not row.title:
        by_kind = {r.kind: r.label or r.native_label for r in linked if may_name(row, r)}
        parts = (by_kind.get("product"), by_kind.get("project") or by_kind.get("organization"))
        title = ", ".join(filter(None, parts)) or (client.label if _may_name_client(row, client) else str(row.path))
        row.title = title[:200]
    db.session.flush()
    refresh_opportunity_name(row)


def refresh_opportunity_name(row: Opportunity) -> None:
    """Update the search names: title, client, project, buyer and product, unless hidden from those who may see it."""
    ids = [i for i in (row.client_id, row.project_id, row.buyer_id, row.product_id) if i is not None]
    parts = db.session.scalars(sa.select(Record).where(Record.id.in_(ids)).order_by(Record.id))
    nameable = [p for p in parts if may_name(row, p) or (p.id == row.client_id and _may_name_client(row, p))]
    words = [names.tokens(p.label, p.native_label) for p in nameable]
    name_record(row, row.title, None, [*words, names.tokens(*other_names_of(row.id))])


def _may_name_client(row: Opportunity, client: Record) -> bool:
    """Whether all who may see an opportunity may read its client's name; the same rule as in `join_names`."""
    return not client.confidential or may_name(row, client)


def add_change(
    actor: Actor, row: Opportunity, field: ChangedField, old: str | None, new: str, why: str | None = None
) -> OpportunityChange:
    """Add the row of a change; `old` is None for the first stage."""
    reason = why.strip()[:500] if why and why.strip() else None
    change = OpportunityChange(
        opportunity_id=row.id, at=clock.now(), by_id=actor.id, field=field.value, old=old, new=new, why=reason
    )
    db.session.add(change)
    return change
