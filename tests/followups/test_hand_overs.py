"""Hand-over tasks before the tour of an officer ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.enums import FollowUpState
from crm.followups.jobs import add_hand_overs
from crm.followups.models import FollowUp
from crm.followups.services.edit import about_of
from tests.factories import holder, person, post, post_role

TODAY = date(2026, 3, 10)


@pytest.fixture
def consulate(people):
    return post("Consulate General Chongming", counselor=people["anna"])


@pytest.fixture
def officer(clock):
    return person("Whitcombe", "Daniel")


def run() -> list[FollowUp]:
    db.session.commit()
    add_hand_overs()
    return list(db.session.scalars(sa.select(FollowUp).order_by(FollowUp.id)))


def test_counselor_of_the_post_gets_one_task_60_days_before_the_tour_ends(clock, people, consulate, officer):
    holder(post_role(consulate), officer, expected_end_on=TODAY + timedelta(days=61))
    assert run() == []
    clock.forward(days=1)
    (task,) = run()
    assert task.title == "Ask Daniel Whitcombe for an introduction to the next Commercial Officer"
    assert (task.counselor_id, task.due_on) == (people["anna"].id, date(2026, 4, 10))
    assert set(about_of(task)) == {consulate.id, officer.id}
    task.state = FollowUpState.done
    assert len(run()) == 1


def test_no_task_without_a_counselor_with_access_or_after_the_tour(people, consulate, officer):
    soon = TODAY + timedelta(days=40)
    holder(post_role(post("Consulate nobody counsels")), officer, expected_end_on=soon)
    holder(post_role(consulate), officer, expected_end_on=soon, to_on=TODAY)
    hidden = person("Ellis", "Karen", team="Bay", counselor=people["boris"], confidential=True)
    holder(post_role(consulate), hidden, expected_end_on=soon)
    assert run() == []
    officer.counselor_id = people["boris"].id
    assert [task.counselor_id for task in run()] == [people["boris"].id]


def test_task_counts_for_the_person_that_is_left_of_a_merge(consulate, officer):
    twin = person("Whitcombe", "Dan")
    row = holder(post_role(consulate), twin, expected_end_on=TODAY + timedelta(days=40))
    assert len(run()) == 1
    twin.merged_into_id, row.person_id = officer.id, officer.id
    assert len(run()) == 1
