"""Add and change projects and their parties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm import calendars
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.bulk_changes import set_columns
from crm.core.data.record import touch, update_dependents
from crm.core.data.record_names import set_names
from crm.core.data.rows import sync_rows
from crm.core.errors import Forbidden, Invalid
from crm.core.forms.new_records import RecordMaker
from crm.core.hooks import RECORD_MAKERS, SCREENED_PARTIES_CHANGED
from crm.core.i18n.formats import lang
from crm.core.policy import Actor, can
from crm.core.words import _, _l
from crm.projects.derived import derive_columns, derive_place, name_columns
from crm.projects.models import Project, ProjectParty, ProjectSector
from crm.projects.policy import SCREENED, LeadStage, LeadTest, ProjectRole
from crm.records.queries import other_names_of
from crm.records.services import change_confidentiality, refuse_duplicates, withdraw_evidence

from .structure import check_parent_party, lift_children, move_packages, replace_organization

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


def add_project(actor: Actor, values: Mapping[str, Any], *, uid: str | None = None) -> Project:
    """Add a project as a new lead. `values`: plain columns, `bid_wall` (local time), `sectors`, `confidential`.

    All teams share it, unless it is confidential: then it belongs to the actor's first team. Raises Invalid.
    """
    row = Project(
        uid=uid or new_uid(), counselor_id=actor.id, lead_stage=LeadStage.lead_heard, stage_since=clock.now(), name=""
    )
    return change_project(actor, row, values)


RECORD_MAKERS["project"] = RecordMaker(
    "project:make",
    _l("Create project “%(name)s”, shared with all teams"),
    lambda actor, name: add_project(actor, {"native_name" if lang(name) else "name": name}).id,
)


def change_project(actor: Actor, row: Project, values: Mapping[str, Any]) -> Project:
    """Change the fields in `values`. Raises Invalid, and Forbidden if the actor may not change the confidentiality."""
    old_labels, old_country, old_zone = (row.label, row.native_label), row.country, row.zone
    for name in PLAIN:
        if name in values:
            setattr(row, name, values[name])
    row.name = row.name or row.native_name or ""
    if not row.name:
        raise Invalid(_("Enter a name in any script."), "name")
    if (row.value or 0) < 0:
        raise Invalid(_("Enter a value of 0 or more."), "value")
    row.bid_wall = values.get("bid_wall", row.bid_wall)
    is_new_country = row.country != old_country and row.zone == old_zone
    for name, value in derive_place(row, is_new_country=is_new_country).items():
        setattr(row, name, value)
    check_bid(row.bid_wall, row.zone)
    db.session.add(row)
    name_project(row)
    db.session.flush()
    if row.zone != old_zone:
        move_packages([row.id])
    if values.get("sectors") is not None:
        sync_rows(row, ProjectSector.project_id, [{"sector_id": i} for i in values["sectors"]], key=["sector_id"])
    if "confidential" in values and values["confidential"] != row.confidential:
        _set_confidence(actor, row, confidential=values["confidential"])
    if old_labels[0] and old_labels != (row.label, row.native_label):
        update_dependents(row)  # Needs and opportunities are found by the name of their project.
    return row


def name_project(row: Project) -> None:
    """Update the label, the sort key and the search tokens of a project."""
    db.session.flush()
    set_names(row, name_columns(row, other_names_of(row.id)))


def check_bid(wall: datetime | None, zone: str | None) -> None:
    """Raise Invalid for a bid deadline without a time zone."""
    if wall is not None and not zone:
        raise Invalid(_("Choose a time zone for the bid deadline."), "zone")


def change_projects(_actor: Actor, ids: Sequence[int], values: Mapping[str, Any]) -> dict[int, str]:
    """Set columns of many projects that aren't confidential, not their names. Returns why some can't be changed."""
    refused = _refuse_zones(ids, values) if ZONES & values.keys() else {}
    allowed = [i for i in ids if i not in refused]
    derive = partial(derive_columns, is_new_country="country" in values and "zone" not in values)
    set_columns(db.session(), Project, allowed, values, derive if DERIVING & values.keys() else None)
    if ZONES & values.keys():
        move_packages(allowed)
    return refused


ZONES = frozenset({"country", "zone"})
DERIVING = ZONES | {"city"}


def _refuse_zones(ids: Sequence[int], values: Mapping[str, Any]) -> dict[int, str]:
    """Return why a bid deadline doesn't allow a country or time zone, by id of the project."""
    stmt = sa.select(Project.id, Project.bid_wall, Project.country, Project.zone).where(Project.id.in_(ids))
    refused = {}
    for row in db.session.execute(stmt.where(Project.bid_wall.is_not(None))):
        place = {"country": row.country, "zone": row.zone, **values}
        try:
            check_bid(row.bid_wall, place["zone"] or calendars.zone_of_country(place["country"]))
        except Invalid as problem:
            refused[row.id] = str(problem)
    return refused


def _set_confidence(actor: Actor, row: Project, *, confidential: bool) -> None:
    """Move a shared project into the actor's team, or share it with all teams again; its needs follow."""
    if not can(actor, "record:make_confidential", row):
        raise Forbidden
    if confidential:
        row.team_id = row.team_id or actor.first_team_id
    change_confidentiality(row, confidential=confidential, readers=row.reader_ids)
    if not confidential:
        row.team_id = None
    update_dependents(row)


def save_party(project: Project, values: Mapping[str, Any], party: ProjectParty | None = None) -> ProjectParty:
    """Add or change a party; another owner, prime or end user has to be screened.

    Raises Invalid if the organization already has that role, or can't be `under_id`.
    """
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
    if role in SCREENED and (row.organization_id, row.role) != (values["organization_id"], role):
        _withdraw_screening(project.id)
    if party is not None and party.organization_id != values["organization_id"]:
        replace_organization(party, values["organization_id"])
    check_parent_party(project.id, values["organization_id"], values.get("under_id"))
    row.organization_id, row.person_id, row.role = values["organization_id"], values.get("person_id"), role
    row.under_id = values.get("under_id")
    db.session.add(row)
    touch(project)
    db.session.flush()
    return row


def _withdraw_screening(project_id: int) -> None:
    withdraw_evidence([project_id], LeadTest.screening.value)
    for hook in SCREENED_PARTIES_CHANGED:
        hook(project_id)


refuse_duplicates(ProjectParty, "project_id", "organization_id", "role")


def remove_party(party: ProjectParty) -> None:
    """Remove a party from its project; those under it move one level up. The history keeps it."""
    lift_children(party)
    touch(db.session.get_one(Project, party.project_id))
    db.session.delete(party)
    db.session.flush()
