"""Records of the dataset in each access case, with what belongs to every record: a file, a suspected duplicate."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.policy import SYSTEM
from crm.duplicates.models import DuplicatePair
from crm.projects.models import Need
from crm.projects.services import save_need
from crm.records.models import Attachment
from tests.factories import (
    archived,
    make_confidential,
    team_id_of,
)
from tests.laws.dataset import FILE, FILE_NAME, Dataset, LawRecord, marker_for
from tests.laws.viewers import AccessCase


def _apply_access_case(record: Record, access_case: AccessCase, dataset: Dataset) -> None:
    """Bring a record into its access case."""
    record.team_id = team_id_of(access_case.team)
    record.counselor_id = dataset.users[access_case.counselor].id
    db.session.flush()
    if access_case.confidential:
        make_confidential(record, *(dataset.users[name] for name in access_case.readers))
    if access_case.archived:
        archived(record, f"{record.label.split()[0]} is away")
    db.session.add(
        Attachment(
            record_id=record.id,
            name=f"{record.label.split()[0]}.txt",
            media_type="text/plain",
            size=3,
            sha256=sha256(FILE).hexdigest(),
            stored_as=FILE_NAME,
            at=clock.now(),
        )
    )
    db.session.flush()


def add_record(dataset: Dataset, kind: str, record: Record, access_case: AccessCase, **rows: Any) -> LawRecord:
    _apply_access_case(record, access_case, dataset)
    word = marker_for(kind, access_case.name)
    file = db.session.scalars(sa.select(Attachment).where(Attachment.record_id == record.id)).one()
    dataset.add("file", file, word, access_case)
    if kind in ("organization", "person"):
        pair = DuplicatePair(a_id=dataset.host.id, b_id=record.id, score=1.0, reasons=[])
        db.session.add(pair)
        db.session.flush()
        dataset.add("pair", pair, word, access_case)
    return dataset.add(kind, record, word, access_case, rows=rows)


def add_need(dataset: Dataset, access_case: AccessCase, **host: int) -> None:
    word = marker_for("need", access_case.name)
    row: Need = save_need(SYSTEM, {"title": f"{word} pumps 报价", "description": f"{word} wanted", **host})
    add_record(dataset, "need", row, access_case)
