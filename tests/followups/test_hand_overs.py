"""Hand-over tasks before the tour of an officer ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.enums import FollowUpState
from crm.followups.jobs import add_hand_overs
from crm.followups.models import FollowUp
from crm.followups.queries.hand_overs import list_tours_without_hand_over
from crm.followups.services import add_follow_up
from crm.followups.services.edit import about_of
from tests.factories import archived, holder, person, post, post_role

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


def test_task_is_added_though_the_successor_is_known(people, consulate, officer):
    role, ends = post_role(consulate), TODAY + timedelta(days=40)
    holder(role, officer, expected_end_on=TODAY + timedelta(days=90), to_on=ends)
    holder(role, person("Ford", "Ann"), from_on=ends)
    assert [set(about_of(task)) for task in run()] == [{consulate.id, officer.id}]


def test_task_counts_for_the_person_that_is_left_of_a_merge(consulate, officer):
    duplicate = person("Whitcombe", "Dan")
    row = holder(post_role(consulate), duplicate, expected_end_on=TODAY + timedelta(days=40))
    assert len(run()) == 1
    duplicate.merged_into_id, row.person_id = officer.id, officer.id
    assert len(run()) == 1


def test_tours_are_those_of_open_officers_posts_and_active_counselors_within_sixty_days(
    session, people, consulate, officer, actor
):
    role, last = post_role(consulate), TODAY + timedelta(days=60)
    holder(role, officer, expected_end_on=last)
    today = holder(role, person("Ends", "Today"), expected_end_on=TODAY)
    for name, end in (("Past", TODAY - timedelta(days=1)), ("Later", last + timedelta(days=1))):
        holder(role, person(name), expected_end_on=end)
    holder(role, archived(person("Former")), expected_end_on=last)
    holder(
        post_role(archived(post("Closed", counselor=people["anna"]))), person("At a closed post"), expected_end_on=last
    )
    for name in ("dora", "nora"):
        holder(post_role(post(f"Of {name}", counselor=people[name])), person(f"Of {name}"), expected_end_on=last)
    people["dora"].active = False
    session.flush()
    tours = list_tours_without_hand_over(TODAY)
    assert [(tour.person_id, tour.counselor_id) for tour in tours] == [
        (officer.id, people["anna"].id),
        (today.person_id, people["anna"].id),
    ]
    values = {"title": "Ask for an introduction", "due_on": TODAY}
    add_follow_up(actor("anna"), values, about=[officer.id], uid=tours[0].uid)
    assert [tour.person_id for tour in list_tours_without_hand_over(TODAY)] == [today.person_id]
