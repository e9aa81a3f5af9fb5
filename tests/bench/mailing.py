"""Insert an email to many people, as a process of its own: `python -m tests.bench.mailing 200`."""

from __future__ import annotations

import sys

import sqlalchemy as sa

from crm import create_app
from crm.core.data.base import db
from crm.core.data.identity import Team, User, actor_of
from crm.core.data.record import Record, visible
from crm.mailings.recipients import EmailText
from crm.mailings.services import start_mailing

TEXTS = {"en": EmailText("Water day", "Dear {salutation},\n\nmay I send you the program?\n\n{sender_name}")}


def insert(count: int) -> None:
    """Insert an email of Anna's to people that she sees, not yet sent."""
    anna = db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one()
    team = db.session.scalars(sa.select(Team).where(Team.name == "Inland")).one()
    team.postal_address = "3780 Market Street, Riverside, CA 92501"
    db.session.flush()
    actor = actor_of(anna, [team.id])
    people = sa.select(Record.id).where(Record.kind == "person", Record.archived_at.is_(None), visible(actor))
    start_mailing(actor, db.session.scalars(people.order_by(Record.id).limit(count)).all(), TEXTS, title="Bench")
    db.session.commit()


if __name__ == "__main__":
    with create_app().app_context():
        insert(int(sys.argv[1]))
