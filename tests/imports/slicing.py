"""Long imports: a file, what is counted, and what happens at a slice."""

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
from tests.imports.conftest import Way

PEOPLE = "Name,Company,E-mail,City,Tags\n" + "".join(
    f"Person {chr(65 + n)},Firm {n % 5},p{n}@a.example,Fresno,Fair\n" for n in range(20)
)
TABLES = (Record, Person, Organization, Affiliation, ContactPoint, Tag, RecordTag, RecordDates, Change, Cadence, Alias)


def counts() -> dict[str, int]:
    db.session.expire_all()
    return {t.__tablename__: db.session.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in TABLES}


def confirmed(client, text: str, **more) -> Way:
    way = Way(client, text)
    assert way.send(**more).status_code == 303
    assert way.run.state == "confirmed"
    return way


def at_slice(monkeypatch, kind: ImportKind, number: int, then) -> None:
    """Let something happen when a slice is about to be written, the first being 1."""
    way, calls = IMPORT_HANDLERS[kind], []

    def write(actor, lines, options, tell):
        calls.append(len(lines))
        if len(calls) == number:
            then()
        way.write(actor, lines, options, tell)

    monkeypatch.setitem(IMPORT_HANDLERS, kind, way._replace(write=write))


def fails() -> None:
    raise RuntimeError("disk full")


def known_person() -> Person:
    who = reachable(person("Ann", "Known"), email="known@a.example")
    db.session.commit()
    return who


KNOWN = "Ann Known,Firm 1,known@a.example,Oakland,New\n"
