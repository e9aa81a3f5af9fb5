"""Long imports: a file, counts of rows, and hooks into slices."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import Change
from crm.core.data.record import Record
from crm.core.data.record_dates import RecordDates
from crm.followups.models import Cadence
from crm.imports.handlers import IMPORT_HANDLERS
from crm.imports.policy import ImportKind
from crm.organizations.models import Alias, Organization
from crm.people.models import Affiliation, Person
from crm.records.models import ContactPoint, RecordTag, Tag
from tests.factories import person, reachable
from tests.imports.conftest import ImportFlow

PEOPLE = "Name,Company,E-mail,City,Tags\n" + "".join(
    f"Person {chr(65 + n)},Firm {n % 5},p{n}@a.example,Fresno,Fair\n" for n in range(20)
)
TABLES = (Record, Person, Organization, Affiliation, ContactPoint, Tag, RecordTag, RecordDates, Change, Cadence, Alias)


def counts() -> dict[str, int]:
    db.session.expire_all()
    return {t.__tablename__: db.session.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in TABLES}


def confirm_import(client, text: str, **more) -> ImportFlow:
    flow = ImportFlow(client, text)
    assert flow.send(**more).status_code == 303
    assert flow.run.state == "confirmed"
    return flow


def on_slice(monkeypatch, kind: ImportKind, number: int, then) -> None:
    """Call `then` before slice `number` is written, counted from 1."""
    handler, calls = IMPORT_HANDLERS[kind], []

    def write(actor, lines, options, on_progress):
        calls.append(len(lines))
        if len(calls) == number:
            then()
        handler.write(actor, lines, options, on_progress)

    monkeypatch.setitem(IMPORT_HANDLERS, kind, handler._replace(write=write))


def raise_disk_full() -> None:
    raise RuntimeError("disk full")


def make_existing_person() -> Person:
    existing = reachable(person("Ann", "Known"), email="known@a.example")
    db.session.commit()
    return existing


EXISTING_PERSON_ROW = "Ann Known,Firm 1,known@a.example,Oakland,New\n"
