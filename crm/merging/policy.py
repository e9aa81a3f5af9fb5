"""Which records may be merged, by whom, and until when a merge can be undone. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from crm.core.policy import RULES, Actor, HasAccess, Role, Rule, is_signed_in, may_archive
from crm.core.words import Lazy, _l

MERGE_DAYS = 30
"""How long a merge can be undone."""
KINDS = ("person", "organization", "project", "show", "product", "opportunity")
"""The kinds of records that can be merged."""

RULES["record:merge"] = Rule(is_signed_in, may_archive, "Merge a record with another one, and undo merges.")


def may_unmerge(actor: Actor, facts: HasAccess, *, is_own: bool) -> bool:
    """Return whether the actor may undo a merge: staff their own, the other roles those of their teams and shared ones.

    `facts` are those of the record that was kept.
    """
    return may_archive(actor, facts) and (is_own or actor.is_system or actor.role is not Role.staff)


def is_too_old(merged_at: datetime, now: datetime) -> bool:
    """Return whether a merge can no longer be undone."""
    return now - merged_at > timedelta(days=MERGE_DAYS)


def find_access_problem(survivor: HasAccess, duplicate: HasAccess) -> Lazy | None:
    """Return why the access of two records keeps them from being merged, or None.

    A merge never gives anybody access to a confidential record, nor takes it away: both have the same readers.
    """
    if has_other_readers(survivor, duplicate):
        return _l("These records have different access. Make both confidential for the same readers, or neither.")
    if None not in (survivor.team_id, duplicate.team_id) and survivor.team_id != duplicate.team_id:
        return _l("These records belong to different teams. Move one to the other's team first.")
    return None


def has_other_readers(survivor: HasAccess, duplicate: HasAccess) -> bool:
    """Return whether one of two records is confidential, or both are for different users."""
    if survivor.confidential != duplicate.confidential:
        return True
    return survivor.confidential and _users(survivor) != _users(duplicate)


def _users(facts: HasAccess) -> frozenset[int | None]:
    readers: Collection[int] = facts.reader_ids
    return frozenset({facts.counselor_id, *readers})
