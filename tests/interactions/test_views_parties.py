"""People in the log form: typed, offered, added, and counted without a record."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.interactions.models import InteractionParty
from crm.people.models import Person
from crm.shows.services import save_participant, save_show
from tests.interactions.lookups import NEW, form, list_interactions
from tests.tools.pages import submitted_values
from tests.tools.rows import count


def test_show_typed_as_a_person_offers_its_participants(web, anna, wang):
    show = save_show(anna, {"name": "Zqfair", "starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 4)})
    save_participant(show, {"record_id": wang.id})
    data = form(**{"people-typed": "zqfair"})
    answer = web.post(NEW, data=data)
    assert (answer.status_code, list_interactions()) == (422, [])
    assert re.findall(r'type="checkbox" name="people" value="(\d+)"', answer.text) == [str(wang.id)]
    assert web.post(NEW, data=data | {"people": str(wang.id)}).status_code == 303
    assert db.session.scalars(sa.select(InteractionParty.person_id)).all() == [wang.id]


def test_unknown_name_is_added_when_checked(web, prime):
    data = form(**{"people-typed": "Li Wei", "organizations": str(prime.id)})
    answer = web.post(NEW, data=data)
    assert answer.status_code == 422
    assert "Add “Li Wei” as a new person" in answer.text
    assert count(Person) == 0
    assert web.post(NEW, data=data | {"people-new": "Li Wei"}).status_code == 303
    row = db.session.scalars(sa.select(Person)).one()
    assert (row.label, row.family_latin) == ("Li Wei", "Li")
    stmt = sa.select(InteractionParty.organization_id).where(InteractionParty.person_id == row.id)
    assert db.session.scalar(stmt) == prime.id


def test_check_mark_of_a_corrected_name_adds_nobody(web):
    corrected = form(**{"people-typed": "Gao Lei", "people-new": "Gao Leii"})
    answer = web.post(NEW, data=corrected)
    assert (answer.status_code, count(Person)) == (422, 0)
    assert "Add “Gao Lei” as a new person" in answer.text
    assert "Gao Leii" not in answer.text
    assert web.post(NEW, data=form(**{"people-typed": "Gao Lei", "people-new": "Gao Lei"})).status_code == 303
    assert db.session.scalars(sa.select(Person.label)).all() == ["Gao Lei"]


def test_checked_name_can_be_corrected_after_another_error(web):
    answer = web.post(NEW, data=form(**{"people-typed": "Gao Leii", "people-new": "Gao Leii", "minutes": "x"}))
    assert answer.status_code == 422
    data = submitted_values(answer.text, "")
    assert [text for text in data["people-typed"] if text] == data["people-new"] == ["Gao Leii"]
    answer = web.post(NEW, data=data | {"minutes": ["5"], "people-typed": ["Gao Lei"]})
    assert (answer.status_code, count(Person)) == (422, 0)


def test_invisible_characters_are_removed_from_a_new_name(web):
    name = "Li\u202e\n Wei\u200b"
    data = form(**{"people-typed": name, "people-new": name, "subject": "A\u2066\nB"})
    assert web.post(NEW, data=data).status_code == 303
    assert db.session.scalars(sa.select(Person.label)).all() == ["Li Wei"]
    assert [row.subject for row in list_interactions()] == ["A B"]


def test_ambiguous_name_offers_people_to_choose(web, anna, wang):
    from crm.people.services import add_person

    add_person(anna, {"family_latin": "Wang", "given_latin": "Wei"})
    answer = web.post(NEW, data=form(**{"people-typed": "Wang"}))
    assert answer.status_code == 422
    assert f'type="radio" name="people-answer0" value="{wang.id}"' in answer.text
    assert web.post(NEW, data=form(**{"people-typed": "Wang", "people-answer0": str(wang.id)})).status_code == 303
    assert db.session.scalars(sa.select(InteractionParty.person_id)).all() == [wang.id]


def test_attendees_without_a_record_are_counted(web):
    web.post(NEW, data=form(**{"groups-0-count": "2", "groups-0-label": "engineers"}))
    stmt = sa.select(InteractionParty.person_id, InteractionParty.label, InteractionParty.count)
    assert db.session.execute(stmt).all() == [(None, "engineers", 2)]


def test_people_added_while_logging_belong_to_the_interactions_team(client, actor, client_firm):
    web, bay = client.login_as("nora"), actor("boris").first_team_id
    for name, more in (("Zqone", {"team_id": str(bay)}), ("Zqtwo", {"clients-0-client_id": str(client_firm.id)})):
        assert web.post(NEW, data=form(**{"people-new": name, **more})).status_code == 303
    teams = dict(db.session.execute(sa.select(Person.label, Person.team_id)).all())
    assert teams == {"Zqone": bay, "Zqtwo": client_firm.team_id}


@pytest.mark.parametrize("typed", ["Wang Xiaoming", "Wang Xiaoming <wang@elsewhere.example>"])
def test_typed_name_beside_the_chosen_person_is_not_asked_about_again(web, wang, typed):
    data = form(**{"people": str(wang.id), "people-typed": typed})
    assert web.post(NEW, data=data).status_code == 303
    assert db.session.scalars(sa.select(InteractionParty.person_id)).all() == [wang.id]
