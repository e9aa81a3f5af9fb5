"""A follow-up about a confidential record is confidential, and so is each repeat of it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm.core.data.record import get_visible
from crm.core.errors import Invalid, NotFound
from crm.followups.enums import FollowUpSide, RepeatRule
from crm.followups.models import FollowUp
from crm.followups.services import about_of, add_follow_up, complete_follow_up
from tests.factories import client_of, make_confidential, person, team_id_of

OUTSIDE = ("dora", "shen", "nora", "admin", "boris")


@pytest.fixture
def secret_client(people):
    """Return a confidential client of clara's that anna can read."""
    return client_of("Inland", "Quiet Harbor", counselor=people["clara"], confidential=True, readers=[people["anna"]])


def hidden_from(actor, row: FollowUp, names=OUTSIDE) -> set[str]:
    """Return the people who can't see a follow-up."""
    hidden = set()
    for name in names:
        try:
            get_visible(FollowUp, actor(name), row.id)
        except NotFound:
            hidden.add(name)
    return hidden


def test_follow_up_about_a_confidential_record_is_hidden_from_the_team(anna, actor, secret_client):
    row = add_follow_up(anna, {"title": "Price", "due_on": date(2026, 12, 11)}, about=[secret_client.id])
    assert (row.confidential, row.team_id, hidden_from(actor, row)) == (True, team_id_of("Inland"), set(OUTSIDE))


def test_follow_up_about_a_confidential_record_among_others_is_hidden(anna, actor, secret_client, wang):
    row = add_follow_up(anna, {"title": "Price", "due_on": date(2026, 12, 11)}, about=[wang.id, secret_client.id])
    assert (row.confidential, hidden_from(actor, row)) == (True, set(OUTSIDE))


@pytest.mark.parametrize("name", ["promised_by_id", "promised_to_id"])
def test_promise_of_a_confidential_person_without_an_employer_is_hidden_from_the_team(anna, people, name):
    lu = person("Lu", "Hua", team="Inland", counselor=people["clara"], confidential=True, readers=[people["anna"]])
    row = add_follow_up(anna, {"title": "Send it", "due_on": date(2026, 12, 9), name: lu.id})
    assert (row.confidential, row.reader_ids) == (True, {people["clara"].id})


def test_counselor_without_access_to_the_record_is_refused(anna, people, secret_client):
    values = {"title": "Price", "due_on": date(2026, 12, 11), "counselor_id": people["dora"].id}
    with pytest.raises(Invalid, match="Dora Lindqvist doesn't have access"):
        add_follow_up(anna, values, about=[secret_client.id])


def test_confidential_records_of_two_teams_are_refused_together(anna, people, secret_client):
    other = client_of("Bay", counselor=people["boris"], confidential=True, readers=[people["anna"]])
    with pytest.raises(Invalid, match="confidential in different teams"):
        add_follow_up(anna, {"title": "Price", "due_on": date(2026, 12, 11)}, about=[secret_client.id, other.id])


@pytest.mark.parametrize("due", [{"due_on": date(2026, 11, 20)}, {"due_wall": datetime(2026, 11, 20, 9, 0)}])
def test_next_repeat_of_a_confidential_follow_up_is_confidential(anna, actor, secret_client, due):
    values = {"title": "Price", "repeat": RepeatRule.weekly, "side": FollowUpSide.they, "note": "Ask Lu", **due}
    row = add_follow_up(anna, values, about=[secret_client.id])
    created = complete_follow_up(anna, row)
    assert created is not None
    assert (created.confidential, created.team_id, created.counselor_id) == (True, row.team_id, row.counselor_id)
    assert (hidden_from(actor, created), about_of(created)) == (set(OUTSIDE), about_of(row))
    assert (created.title, created.side, created.note, created.zone) == (row.title, row.side, row.note, row.zone)
    assert (created.due_wall is None) == (row.due_wall is None)
    following = complete_follow_up(anna, created)
    assert following is not None
    assert hidden_from(actor, following) == set(OUTSIDE)


def test_next_repeat_of_a_manually_confidential_follow_up_keeps_its_readers(anna, people, actor, wang):
    values = {"title": "Price", "due_on": date(2026, 11, 20), "repeat": RepeatRule.weekly}
    row = make_confidential(add_follow_up(anna, values, about=[wang.id]), people["dora"])
    created = complete_follow_up(anna, row)
    assert created is not None
    assert (created.confidential, created.reader_ids, created.counselor_id) == (True, {people["dora"].id}, anna.id)
    assert hidden_from(actor, created) == {"shen", "nora", "admin", "boris"}


def test_next_repeat_of_a_visible_follow_up_is_visible(anna, actor, wang):
    row = add_follow_up(
        anna, {"title": "Price", "due_on": date(2026, 11, 20), "repeat": RepeatRule.weekly}, about=[wang.id]
    )
    created = complete_follow_up(anna, row)
    assert created is not None
    assert (created.confidential, hidden_from(actor, created, ("dora", "clara"))) == (False, set())


def test_next_repeat_stays_in_the_same_team(people, actor, clock):
    shen, bay = actor("shen"), client_of("Bay", counselor=people["boris"])
    values = {"title": "Price", "due_on": date(2026, 3, 2), "repeat": RepeatRule.weekly}
    row = add_follow_up(shen, values, about=[bay.id])
    created = complete_follow_up(shen, row)
    assert created is not None
    assert (shen.first_team_id == bay.team_id, created.team_id, created.counselor_id) == (False, bay.team_id, shen.id)


@pytest.mark.parametrize("side", ["promised_by_id", "promised_to_id"])
def test_follow_up_cannot_link_records_hidden_from_its_creator(anna, people, side):
    hidden = person("Lu", "Hua", team="Bay", counselor=people["boris"])
    with pytest.raises(NotFound):
        add_follow_up(anna, {"title": "Price", "due_on": date(2026, 12, 11), side: hidden.id})
