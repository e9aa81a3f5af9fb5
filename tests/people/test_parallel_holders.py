"""Two users assign a role at a U.S. post at the same moment: it has one current holder."""

from __future__ import annotations

from datetime import date
from threading import Event

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.organizations.models import PostRole
from crm.people.models import Person, PostHolder
from crm.people.services import assign_role
from tests.factories import person, post, post_role
from tests.mailings.test_parallel import PATIENCE, in_parallel

TODAY = date(2026, 3, 10)


def test_role_assigned_twice_at_once_has_one_current_holder(peopled):
    with peopled.app_context():
        role_id = post_role(post("Consulate")).id
        first_id, second_id = person("Smith", "Tom").id, person("Jones", "Ann").id
        db.session.commit()
    assigned, both = Event(), Event()

    def assign(person_id: int) -> None:
        actor = load_actor(db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one())
        role, holder = db.session.get_one(PostRole, role_id), db.session.get_one(Person, person_id)
        assign_role(actor, role, holder, {}, TODAY)

    def assign_first() -> None:
        assign(first_id)
        assigned.set()
        both.wait(timeout=PATIENCE)

    def assign_second() -> None:
        assert assigned.wait(timeout=60)
        assign(second_id)
        both.set()

    assert in_parallel(peopled, assign_first, assign_second) == []
    with peopled.app_context():
        stmt = sa.select(PostHolder.person_id).where(PostHolder.post_role_id == role_id, PostHolder.to_on.is_(None))
        assert db.session.scalars(stmt).all() == [second_id]
