"""Add and change projects, their parties and needs, and move leads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm import calendars, names
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.reassign import HANGING
from crm.core.data.record import FOLLOWERS, Record, follow, get_referenced, name_record
from crm.core.errors import Forbidden, Invalid
from crm.core.policy import Actor, can
from crm.core.words import _
from crm.organizations.models import Organization
from crm.products.policy import HS6
from crm.records.policy import EvidenceState
from crm.records.services import (
    change_confidentiality,
    copy_access,
    declare_links,
    may_name,
    set_evidence,
    update_access,
)

from .models import LeadChange, Need, Project, ProjectParty, ProjectSector
from .policy import LeadStage, LeadTest, NeedState, ProjectRole, may_move_lead, missing_lead_tests
from .queries import load_met_tests

PLAIN = (
    "name",
    "native_name",
    "country",
    "city",
    "zone",
    "corridor",
    "phase",
    "value",
    "currency",
    "funding",
    "description",
    "source_kind",
    "source_id",
    "source_note",
    "heard_on",
)


declare_links("need", sa.select(Need.id, Need.project_id), sa.select(Need.id, Need.organization_id))


def add_project(actor: Actor, values: Mapping[str, Any], *, uid: str | None = None) -> Project:
    """Add a project as a new lead. `values`: plain columns, `bid_wall` (local time), `sectors`, `confidential`.

    All teams share it, unless it is confidential: then it belongs to the actor's first team. Raises Invalid.
    """
    row = Project(
        uid=uid or new_uid(), counselor_id=actor.id, lead_stage=LeadStage.lead_heard, stage_since=clock.now(), name=""
    )
    return change_project(actor, row, values)


def change_project(actor: Actor, row: Project, values: Mapping[str, Any]) -> Project:
    """Change the fields in `values`. Raises Invalid, and Forbidden if the actor may not change the confidentiality."""
    for name in PLAIN:
        if name in values:
            setattr(row, name, values[name])
    row.name = row.name or row.native_name or ""
    if not row.name:
        raise Invalid(_("Enter a name in any script."), "name")
    row.zone = row.zone or calendars.zone_of_country(row.country)
    row.city_key = names.sort_key(row.city)[:80] if row.city else ""
    if "bid_wall" in values:
        _set_bid(row, values["bid_wall"])
    db.session.add(row)
    name_record(row, row.name, row.native_name, [names.tokens(row.city, row.corridor)])
    db.session.flush()
    if values.get("sectors") is not None:
        _set_sectors(row, values["sectors"])
    if "confidential" in values and values["confidential"] != row.confidential:
        _set_confidence(actor, row, confidential=values["confidential"])
    return row


def _set_bid(row: Project, wall: datetime | None) -> None:
    if wall is not None and not row.zone:
        raise Invalid(_("Choose a time zone for the bid deadline."), "zone")
    row.bid_wall = wall
    row.bid_at = calendars.resolve_local(wall.date(), wall.time(), row.zone) if wall and row.zone else None


def _set_sectors(row: Project, sector_ids: Collection[int]) -> None:
    existing = {
        s.sector_id: s for s in db.session.scalars(sa.select(ProjectSector).where(ProjectSector.project_id == row.id))
    }
    for sector_id in set(sector_ids) - existing.keys():
        db.session.add(ProjectSector(project_id=row.id, sector_id=sector_id))
    for sector_id in existing.keys() - set(sector_ids):
        db.session.delete(existing[sector_id])
    db.session.flush()


def _set_confidence(actor: Actor, row: Project, *, confidential: bool) -> None:
    """Move a shared project into the actor's team, or share it with all teams again; its needs follow."""
    if not can(actor, "record:seclude", row):
        raise Forbidden
    if confidential:
        row.team_id = row.team_id or actor.first_team_id
    change_confidentiality(row, confidential=confidential, readers=row.reader_ids)
    if not confidential:
        row.team_id = None
    follow(row)


def _copy_access(need: Need, host: Record) -> None:
    """Give a need the counselor and the readers of its project or organization."""
    need.counselor_id = host.counselor_id
    copy_access(need, host)
    update_access("need", [need.id])


def _follow(host: Record) -> None:
    """Give the needs of a project or organization its team, counselor and readers."""
    if isinstance(host, Need):
        _name_need(host, db.session.get_one(Record, host.project_id or host.organization_id))
    for kind, needs_of in NEEDS.items():
        for need in db.session.scalars(sa.select(Need).where(needs_of([host.id]))).all() if host.kind == kind else ():
            _copy_access(need, host)
            _name_need(need, host)
    if host.kind == "organization" and not host.confidential:
        # Needs that also belong to a project get its access again, unless another record restricts them.
        both = sa.select(Need).where(Need.organization_id == host.id, Need.project_id.is_not(None), Need.confidential)
        for need in db.session.scalars(both.where(sa.not_(Need.restricted))).all():
            _copy_access(need, db.session.get_one(Record, need.project_id))


NEEDS: dict[str, Callable[[Collection[int]], sa.ColumnElement[bool]]] = {
    "project": Need.project_id.in_,
    "organization": lambda hosts: sa.and_(Need.project_id.is_(None), Need.organization_id.in_(hosts)),
}
"""The condition for the needs of records, by kind of record."""
FOLLOWERS.append(_follow)
HANGING.append(("project", lambda hosts: sa.select(Need.id).where(NEEDS["project"](hosts))))
HANGING.append(("organization", lambda hosts: sa.select(Need.id).where(NEEDS["organization"](hosts))))


def move_lead(
    actor: Actor, row: Project, new: LeadStage, why: str | None = None, not_applicable: Collection[LeadTest] = ()
) -> LeadChange:
    """Move a lead and record its unmet tests; those in `not_applicable` are marked as such. Raises Invalid."""
    if new is row.lead_stage:
        raise Invalid(_("Choose a different stage. The lead is already in this one."), "stage")
    if not may_move_lead(row.lead_stage, new, why=why):
        raise Invalid(_("Enter a reason for moving the lead back."), "why")
    for test in not_applicable:
        set_evidence(actor, row, test.value, EvidenceState.does_not_apply)
    skipped = missing_lead_tests(new, load_met_tests(row)) if new.order > row.lead_stage.order else ()
    change = LeadChange(
        project_id=row.id,
        at=clock.now(),
        by_id=actor.id,
        old=row.lead_stage,
        new=new,
        why=why,
        skipped=[test.value for test in skipped],
    )
    db.session.add(change)
    row.lead_stage, row.stage_since = new, change.at
    db.session.flush()
    return change


def mark_lead_test(actor: Actor, row: Project, test: LeadTest, values: Mapping[str, Any]) -> None:
    """Mark a test as met or as not applicable. Raises Invalid for a met test without its source."""
    state: EvidenceState = values["state"]
    if state is EvidenceState.met and not values.get("where"):
        raise Invalid(_("Enter the source (list, document or person)."), "where")
    set_evidence(actor, row, test.value, state, values.get("where") or "", values.get("result") or "")


def save_party(project: Project, values: Mapping[str, Any], party: ProjectParty | None = None) -> ProjectParty:
    """Add or change a party. Raises Invalid if the organization already has that role."""
    row = party or ProjectParty(project_id=project.id)
    role: ProjectRole = values["role"]
    duplicate = sa.select(ProjectParty.id).where(
        ProjectParty.project_id == project.id,
        ProjectParty.organization_id == values["organization_id"],
        ProjectParty.role == role,
        ProjectParty.id != (row.id or 0),
    )
    if db.session.scalar(duplicate) is not None:
        raise Invalid(_("Choose a different role. This organization already has this one."), "organization_id")
    row.organization_id, row.person_id, row.role = values["organization_id"], values.get("person_id"), role
    db.session.add(row)
    db.session.flush()
    return row


def remove_party(party: ProjectParty) -> None:
    """Remove a party from its project; the history keeps it."""
    db.session.delete(party)
    db.session.flush()


def save_need(actor: Actor, values: Mapping[str, Any], need: Need | None = None, uid: str | None = None) -> Need:
    """Add or change a need of a project, an organization or both.

    Those who may see its project, or else its organization, may see it; if one of both is confidential, only those who
    may see both. Raises Invalid, and NotFound for a project that the actor may not see.
    """
    row = need or Need(uid=uid or new_uid())
    if values.get("hs6") and not HS6.match(values["hs6"]):
        raise Invalid(_("Enter six digits, such as 902680."), "hs6")
    host_id_before, linked_before = row.project_id or row.organization_id, {row.project_id, row.organization_id}
    for name, value in values.items():
        setattr(row, name, value)
    host = _host_of(actor, row, linked_before)
    name_record(row, row.title, row.native_title)
    db.session.add(row)
    db.session.flush()
    if host.id != host_id_before:
        _copy_access(row, host)
    update_access("need", [row.id])
    _name_need(row, host)
    return row


def _name_need(row: Need, host: Record) -> None:
    """Set the search names: those of its project or organization too, unless hidden from those who may see the need."""
    host_words = names.tokens(host.label, host.native_label) if may_name(row, host) else ""
    name_record(row, row.title, row.native_title, [host_words, names.tokens(row.hs6)])
    db.session.flush()


def _host_of(actor: Actor, row: Need, linked_before: Collection[int | None]) -> Record:
    if row.project_id is not None:
        return get_referenced(Project, actor, row.project_id, linked_before)
    if row.organization_id is None:
        raise Invalid(_("Choose a project, an organization or both."), "project_id")
    return get_referenced(Organization, actor, row.organization_id, linked_before)


def set_need_state(need: Need, state: NeedState) -> None:
    """Set the status of a need."""
    need.state = state
    db.session.flush()
