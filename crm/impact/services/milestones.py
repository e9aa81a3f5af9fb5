"""Add and change milestones; they are as confidential as all records of their chain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.record import Record, get_referenced, get_visible, update_dependents
from crm.core.data.record_names import name_record
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.words import _
from crm.impact.models import Milestone
from crm.impact.policy import MilestoneKind, MilestoneStatus, PublishConsent
from crm.impact.services.confirmations import refresh_milestone_test
from crm.opportunities.models import Opportunity
from crm.opportunities.services import check_amount
from crm.organizations.models import Organization
from crm.organizations.policy import OrganizationRole
from crm.organizations.queries import get_organization, load_roles
from crm.people.models import RecordEmployer
from crm.people.services import set_client_access
from crm.records.services import (
    assign_chosen_counselor,
    check_counselor,
    declare_links,
    keep_readers,
    may_name,
)

LINKS = ("opportunity_id", "project_id", "post_id", "show_id", "representation_id", "confirmed_by_id")
PLAIN = (
    "title",
    "type",
    "status",
    "amount",
    "currency",
    "jobs",
    "country",
    "on",
    "reported_on",
    *LINKS,
    "funder_id",
    "confirmed_on",
    "confirmed_how",
    "confirmed_by_name",
    "publish",
    "evidence",
    "note",
)
declare_links(
    "milestone",
    *(sa.select(Milestone.id, getattr(Milestone, name)) for name in ("client_id", *LINKS)),
    sa.select(Milestone.id, RecordEmployer.organization_id).join(
        RecordEmployer, RecordEmployer.record_id == Milestone.id
    ),
)


def add_milestone(actor: Actor, values: Mapping[str, Any], *, uid: str | None = None) -> Milestone:
    """Add a milestone of a client, or of an opportunity, whose client it then has.

    `values`: client_id or opportunity_id, `on`, any plain column, counselor_id, survey_id; team_id if all teams share
    the client and the actor has no team. Raises Invalid, and NotFound for records that the actor may not see.
    """
    opportunity = _get_opportunity(actor, values.get("opportunity_id"))
    client = get_organization(actor, _client_id(values, opportunity))
    row = Milestone(uid=uid or new_uid(), client_id=client.id, survey_id=values.get("survey_id"))
    row.team_id = _team_of(actor, opportunity or client, values.get("team_id"))
    row.counselor_id = values.get("counselor_id") or _find_counselor(client, row.team_id) or actor.id
    row.type, row.status = MilestoneKind.export_sale, MilestoneStatus.actual
    row.publish, row.currency, row.title = PublishConsent.not_asked, "USD", ""
    row.reported_on = clock.today(actor.zone)
    _set_values(actor, row, values)
    if not actor.is_system:
        check_counselor(row.counselor_id, row.team_id)
    db.session.add(row)
    set_client_access(actor, row, row.confirmed_by_id, values.get("counselor_id"))
    _set_title(row)
    refresh_milestone_test(row.opportunity_id, actor)
    return row


def change_milestone(actor: Actor, row: Milestone, values: Mapping[str, Any]) -> Milestone:
    """Change the fields in `values`; its client stays. Raises Invalid."""
    if values.get("counselor_id"):
        assign_chosen_counselor(actor, row, values["counselor_id"])
    opportunity_id = row.opportunity_id
    title = row.title if row.title == _default_title(row) else None
    with keep_readers(row):
        _set_values(actor, row, values)
        set_client_access(actor, row, row.confirmed_by_id, values.get("counselor_id"))
    row.title = "" if row.title == title else row.title
    _set_title(row)
    update_dependents(row)
    for record_id in {opportunity_id, row.opportunity_id}:
        refresh_milestone_test(record_id, actor)
    return row


def _find_counselor(client: Organization, team_id: int | None) -> int | None:
    """Return the counselor of a team's client; None for one who was deactivated or has left the team."""
    if client.team_id is None:
        return None
    try:
        check_counselor(client.counselor_id, team_id)
    except Invalid:
        return None
    return client.counselor_id


def _get_opportunity(actor: Actor, opportunity_id: int | None) -> Opportunity | None:
    return get_visible(Opportunity, actor, opportunity_id) if opportunity_id is not None else None


def _client_id(values: Mapping[str, Any], opportunity: Opportunity | None) -> int:
    client_id = values.get("client_id") or (opportunity.client_id if opportunity else None)
    if client_id is None:
        raise Invalid(_("Choose a client or an opportunity."), "client_id")
    return int(client_id)


def _team_of(actor: Actor, host: Record, team_id_chosen: int | None) -> int | None:
    team_id = host.team_id or team_id_chosen or actor.first_team_id
    if team_id is None and not actor.is_system:
        raise Invalid(_("Choose a team for this milestone. All teams share the client."), "team_id")
    return team_id


def _set_values(actor: Actor, row: Milestone, values: Mapping[str, Any]) -> None:
    before = {name: getattr(row, name) for name in LINKS}
    for name in PLAIN:
        if name in values:
            setattr(row, name, values[name])
    row.currency, row.title = row.currency or "USD", row.title or ""
    for name in LINKS:
        if getattr(row, name) is not None:
            _check_link(row, name, get_referenced(Record, actor, getattr(row, name), [before[name]]))
    _check_figures(actor, row)
    _check_confirmation(actor, row)


def _check_link(row: Milestone, name: str, linked: Record) -> None:
    """Raise Invalid for an opportunity of another client, or an organization that is no U.S. post."""
    if isinstance(linked, Opportunity) and linked.client_id != row.client_id:
        raise Invalid(_("Choose an opportunity of this client."), name)
    if name == "post_id" and OrganizationRole.post not in load_roles([linked.id])[linked.id]:
        raise Invalid(_("Choose a U.S. post."), name)


def _check_figures(actor: Actor, row: Milestone) -> None:
    check_amount(row.amount)
    if row.jobs is not None and row.jobs < 0:
        raise Invalid(_("Enter a number of 0 or more."), "jobs")
    # Tomorrow is today in other zones.
    if row.status is MilestoneStatus.actual and row.on > clock.today(actor.zone) + timedelta(days=1):
        raise Invalid(_("An actual result can't be in the future. Choose the status Expected."), "on")
    if row.type is MilestoneKind.new_market and not row.country:
        raise Invalid(_("Choose the country of the new market."), "country")


def _check_confirmation(actor: Actor, row: Milestone) -> None:
    """Raise Invalid for a confirmation without day or way, or of a result that is only expected."""
    if row.confirmed_on is None and (row.confirmed_how or row.confirmed_by_id or row.confirmed_by_name):
        raise Invalid(_("Enter the date of the confirmation."), "confirmed_on")
    if row.confirmed_on is None:
        return
    if row.confirmed_how is None:
        raise Invalid(_("Choose how the client confirmed it."), "confirmed_how")
    if row.status is MilestoneStatus.expected:
        raise Invalid(_("Choose “Actual”: only a result that has happened can be confirmed."), "status")
    if row.confirmed_on > clock.today(actor.zone):
        raise Invalid(_("Enter a date that isn't in the future."), "confirmed_on")


def _default_title(row: Milestone) -> str:
    """Return the title from the type and the opportunity or client, as far as readers may see their names."""
    ids = [i for i in (row.opportunity_id, row.client_id) if i is not None]
    parts = {r.id: r for r in db.session.scalars(sa.select(Record).where(Record.id.in_(ids)))}
    name = next((parts[i].label or parts[i].native_label for i in ids if may_name(row, parts[i])), "")
    return ": ".join(filter(None, (row.type.label.text, name)))[:200]


def _set_title(row: Milestone) -> None:
    row.title = row.title or _default_title(row)
    db.session.flush()
    refresh_milestone_name(row)


def refresh_milestone_name(row: Milestone) -> None:
    """Update the search names: title and client, unless the client is hidden from those who may see it."""
    client = db.session.get_one(Record, row.client_id)
    words = [names.tokens(client.label, client.native_label)] if may_name(row, client) else []
    name_record(row, row.title, None, words)
    db.session.flush()
