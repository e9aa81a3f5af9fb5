"""Options that every record factory accepts: team, counselor, readers, archive, email addresses and phones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, TypeVar

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Team
from crm.core.data.record import Record, archive_record
from crm.records.policy import ContactMedium, PointLabel
from crm.records.services import ContactPointValues, set_confidentiality, set_points

R = TypeVar("R", bound=Record)
numbers: Iterator[int] = count(1)


def id_of(row_or_id: Any) -> int | None:
    """Return the id of a user, an actor or a record; an id and None are returned unchanged."""
    row_id: int | None = getattr(row_or_id, "id", row_or_id)
    return row_id


def team_id_of(team: Any) -> int | None:
    """Return the id of a team given by name, row or id; a missing name is created."""
    if not isinstance(team, str):
        return id_of(team)
    team_id = db.session.scalar(sa.select(Team.id).where(Team.name == team))
    if team_id is None:
        new_team = Team(name=team)
        db.session.add(new_team)
        db.session.flush()
        team_id = new_team.id
    return team_id


def make_confidential(record: R, *readers: Any) -> R:
    """Make a record confidential for its counselor and these readers."""
    set_confidentiality(record, confidential=True, readers=[i for r in readers if (i := id_of(r)) is not None])
    return record


def archived(record: R, why: str = "Twice in the list") -> R:
    """Archive a record."""
    archive_record(record, why)
    db.session.flush()
    return record


def reachable(record: R, *, email: str = "", phone: str = "", wechat: str = "", country: str | None = "CN") -> R:
    """Add an email address, a phone number and a WeChat name to a record."""
    typed = ((ContactMedium.email, email), (ContactMedium.phone, phone), (ContactMedium.wechat, wechat))
    set_points(record, [ContactPointValues(medium, PointLabel.work, raw) for medium, raw in typed if raw], country)
    return record


def finished(record: R, *, confidential: bool, readers: Iterable[Any], is_archived: bool) -> R:
    """Bring a new record into the requested state."""
    if confidential:
        make_confidential(record, *readers)
    if is_archived:
        archived(record)
    db.session.flush()
    return record
