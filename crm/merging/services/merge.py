"""Merge two records of a kind: choose the values, move what refers to the duplicate, and archive it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import sqlalchemy as sa

from crm.compliance.services import check_gifts_of
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.history import MERGE, Batch, in_batch
from crm.core.data.record import Record, archive_record, touch, update_dependents
from crm.core.errors import Invalid
from crm.core.hooks import UNDONE
from crm.core.policy import Actor
from crm.core.words import _
from crm.followups.dates import refresh_next_steps
from crm.interactions.dates import update_last_dates
from crm.merging.fields import PARTS
from crm.merging.models import Merge
from crm.merging.policy import KINDS, find_access_problem
from crm.merging.queries import MergePlan
from crm.merging.teams import find_merged_team
from crm.opportunities.models import Opportunity
from crm.opportunities.services import change_opportunity
from crm.organizations.models import Alias, Organization
from crm.organizations.policy import AliasKind
from crm.organizations.services import change_organization
from crm.people.models import Affiliation, Person
from crm.people.services import change_person
from crm.products.models import Product
from crm.products.services import save_product
from crm.projects.services import change_project
from crm.records.models import OtherName
from crm.records.services import update_access
from crm.shows.services import save_show

from .moving import MergeRun, move_rows
from .screening import withdraw_screenings
from .unlogged import noting_silent_columns


def check_pair(survivor: Record, duplicate: Record) -> None:
    """Raise Invalid if two records can't be merged."""
    if survivor.id == duplicate.id:
        raise Invalid(_("Choose a different record."), "b")
    if survivor.kind != duplicate.kind or survivor.kind not in KINDS:
        raise Invalid(_("Choose two records of the same type."), "b")
    if survivor.archived_at is not None or duplicate.archived_at is not None:
        raise Invalid(_("Restore the archived record first."), "b")
    if problem := find_access_problem(survivor, duplicate):
        raise Invalid(problem, "b")
    if isinstance(survivor, Product) and isinstance(duplicate, Product) and survivor.client_id != duplicate.client_id:
        raise Invalid(_("Choose two products of the same client."), "b")
    if isinstance(survivor, Opportunity) and isinstance(duplicate, Opportunity):
        _check_opportunities(survivor, duplicate)


def _check_opportunities(survivor: Opportunity, duplicate: Opportunity) -> None:
    if survivor.client_id != duplicate.client_id:
        raise Invalid(_("Choose two opportunities of the same client."), "b")
    if (survivor.stage, survivor.license_gate) != (duplicate.stage, duplicate.license_gate):
        raise Invalid(_("Move both opportunities to the same stage and export license status first."), "b")


def merge_records(actor: Actor, plan: MergePlan) -> Merge:
    """Merge two records in one batch. The caller has checked the right on both.

    Raises Invalid if they can't be merged, or if a chosen value is wrong.
    """
    survivor, duplicate = plan.survivor, plan.duplicate
    check_pair(survivor, duplicate)
    title = _("%(duplicate)s was merged into %(survivor)s.", duplicate=_name(duplicate), survivor=_name(survivor))
    batch = Batch(uid=new_uid(), kind=MERGE, title=title[:200], at=clock.now(), actor_id=actor.id)
    db.session.add(batch)
    db.session.flush()
    run = MergeRun(survivor, duplicate)
    with in_batch(db.session(), batch), noting_silent_columns(run.unlogged):
        run.unlogged.note_dates(survivor, duplicate)
        _merge(actor, plan, run)
    merge = Merge(
        batch_id=batch.id, survivor_id=survivor.id, duplicate_id=duplicate.id, unlogged=run.unlogged.to_json()
    )
    db.session.add(merge)
    db.session.flush()
    return merge


def _name(record: Record) -> str:
    return record.label or record.native_label


def _merge(actor: Actor, plan: MergePlan, run: MergeRun) -> None:
    survivor, duplicate = plan.survivor, plan.duplicate
    other_names = _all_names(survivor, duplicate)
    was_confidential, primary_id = survivor.confidential, _primary_of(survivor)
    team_id = find_merged_team(survivor, duplicate)
    run.unlogged.withdrawal = withdraw_screenings(survivor, duplicate, plan.values(None))
    move_rows(run)
    _replace_own_parent(survivor, duplicate)
    _archive_duplicate(duplicate, survivor)
    survivor.team_id = team_id
    db.session.flush()
    for part in PARTS.get(survivor.kind, ()):
        _set_part(db.session.get(part, survivor.id), plan.values(part))
    SAVERS[survivor.kind](actor, survivor, plan.values(None))
    _add_names(survivor, other_names)
    _keep_one_primary(survivor, primary_id)
    touch(survivor)
    _refresh(actor, survivor, duplicate)
    if run.moved.get("gift.person_id") or run.moved.get("gift.organization_id"):
        check_gifts_of(actor, survivor)
    if survivor.confidential != was_confidential:
        raise Invalid(_("The positions of these people have different access. Merge their organizations first."))


def _replace_own_parent(survivor: Any, duplicate: Any) -> None:
    """Give an organization that was merged with its parent the parent above."""
    if isinstance(survivor, Organization) and survivor.parent_id == survivor.id:
        survivor.parent_id, survivor.parent_share = duplicate.parent_id, duplicate.parent_share


def _all_names(*records: Record) -> list[str]:
    names = [name for record in records for name in (record.label, record.native_label)]
    return [name for name in dict.fromkeys(names) if name]


def _archive_duplicate(duplicate: Record, survivor: Record) -> None:
    """Archive the duplicate; it keeps its columns, for un-merge, but nothing finds it."""
    duplicate.merged_into_id, duplicate.tokens = survivor.id, ""
    archive_record(duplicate, _("Merged into %(name)s", name=_name(survivor))[:300])


def _set_part(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _save_organization(actor: Actor, row: Any, values: dict[str, Any]) -> object:
    if values.get("parent_id") in _list_descendants(row):
        values = values | {"parent_id": None, "parent_share": None}
    return change_organization(actor, row, values)


def _list_descendants(row: Record) -> set[int]:
    """Return an organization and those below it: none of them can be its parent."""
    ids, newest = {row.id}, {row.id}
    while newest:
        newest = set(db.session.scalars(sa.select(Organization.id).where(Organization.parent_id.in_(newest)))) - ids
        ids |= newest
    return ids


def _save_product(actor: Actor, row: Any, values: dict[str, Any]) -> object:
    return save_product(actor, values | {"client_id": row.client_id}, row)


SAVERS: dict[str, Callable[[Actor, Any, dict[str, Any]], object]] = {
    "person": change_person,
    "organization": _save_organization,
    "project": change_project,
    "show": lambda actor, row, values: save_show(actor, values, row),
    "product": _save_product,
    "opportunity": change_opportunity,
}
"""The services that save the chosen values, by kind."""


def _add_names(survivor: Record, names: Collection[str]) -> None:
    """Keep the names that weren't chosen: the record is found by them."""
    is_organization = isinstance(survivor, Organization)
    column: Any = Alias.name if is_organization else OtherName.name
    owner: Any = Alias.organization_id if is_organization else OtherName.record_id
    existing = set(db.session.scalars(sa.select(column).where(owner == survivor.id)))
    for name in names:
        if name in existing or name in (survivor.label, survivor.native_label):
            continue
        db.session.add(
            Alias(organization_id=survivor.id, kind=AliasKind.trading, name=name)
            if is_organization
            else OtherName(record_id=survivor.id, name=name)
        )
    db.session.flush()


def _primary_of(record: Record) -> int | None:
    stmt = sa.select(Affiliation.id).where(Affiliation.person_id == record.id, Affiliation.to_on.is_(None))
    return db.session.scalar(stmt.where(Affiliation.main).order_by(Affiliation.id).limit(1))


def _keep_one_primary(survivor: Record, primary_id: int | None) -> None:
    """Keep one current position of a person primary: the one that was (`primary_id`), else the oldest."""
    if not isinstance(survivor, Person):
        return
    stmt = sa.select(Affiliation).where(Affiliation.person_id == survivor.id, Affiliation.to_on.is_(None))
    current = list(db.session.scalars(stmt))
    primary = min(current, key=lambda row: (row.id != primary_id, not row.main, row.id), default=None)
    for row in current:
        row.main = row is primary
    db.session.flush()


def _refresh(actor: Actor, survivor: Record, duplicate: Record) -> None:
    """Update what is derived: names, search, access, dates, and the records that repeat a name."""
    if isinstance(survivor, Person):
        update_access("person", [survivor.id])
    if survivor.kind in UNDONE:
        UNDONE[survivor.kind](actor, {survivor: ()})
    update_dependents(survivor)
    update_last_dates([survivor.id, duplicate.id])
    refresh_next_steps([survivor.id, duplicate.id])
