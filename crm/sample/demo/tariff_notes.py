"""Tariff notes of the demo: current ones, one that is no longer valid, and one that is more than a year old."""

from __future__ import annotations

from crm.core.data.history import Change, ChangeSource
from crm.reference.services import shipped_rows
from crm.tariffs.models import TariffNote

from .demo_records import DemoRecords


def create(demo: DemoRecords) -> None:
    writer = demo.writer
    for row in shipped_rows("tariff_notes", "crm.sample.demo"):
        note_id = writer.inserter.add(
            TariffNote,
            hs=row["hs"],
            country=row["country"] or None,
            text=row["text"],
            source=row["source"],
            noted_on=demo.day(-int(row["days_ago"])),
            valid_until=demo.day(int(row["valid_days"])) if row["valid_days"] else None,
            author_id=writer.users[row["by"]],
        )
        writer.inserter.add(
            Change,
            at=demo.moment(-int(row["days_ago"])),
            actor_id=writer.users[row["by"]],
            via=ChangeSource.web,
            action="created",
            table="tariff_note",
            row_id=str(note_id),
            diff={},
        )
