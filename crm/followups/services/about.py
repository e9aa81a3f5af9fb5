"""The records that a follow-up is about: those named, and the organizations of their people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.record import Record, visible
from crm.core.data.together import run_together
from crm.core.data.visible_records import get_all_visible
from crm.core.policy import Actor
from crm.people.queries import load_main_employers

IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)


class AboutRecords(NamedTuple):
    """The ids of the records that a follow-up is about, with the employers of their people, and the first team."""

    ids: list[int]
    team_id: int | None

    @classmethod
    def build(cls, team_ids: Mapping[int, int | None], employer_ids: Iterable[int]) -> AboutRecords:
        """Build it from records in their order, with the team of each, and from the employers."""
        first_team_id = next((team_id for team_id in team_ids.values() if team_id is not None), None)
        return cls(list(dict.fromkeys((*team_ids, *employer_ids))), first_team_id)


def load_about(actor: Actor, ids: Collection[int], owing_ids: Collection[int] = ()) -> AboutRecords:
    """Load what a follow-up is about: these records, and the employers of their people and of `owing_ids`.

    The pages of these organizations show the follow-up, and it is as confidential as they are: its text may name them.
    Raises NotFound when a record is missing or not visible, or Merged.
    """
    people = sorted({*ids, *owing_ids})
    rows, employer_ids = run_together(
        partial(_records, actor, ids=list(ids)), partial(list_employer_ids, actor, people)
    )
    records = {row.id: row for row in rows}
    if len(records) < len(set(ids)) or any(row.merged_into_id for row in rows):
        get_all_visible(Record, actor, ids)
    return AboutRecords.build({i: records[i].team_id for i in ids}, employer_ids)


def list_employer_ids(actor: Actor, person_ids: Collection[int]) -> list[int]:
    """Return the main organizations of the people among these records, as far as the actor sees them."""
    return [organization_id for _person_id, organization_id in load_main_employers(actor, person_ids)]


@cached_query
def _records(viewer: AccessProfile) -> Select:
    return sa.select(Record.id, Record.team_id, Record.merged_into_id).where(Record.id.in_(IDS), visible(viewer))
