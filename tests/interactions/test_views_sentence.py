"""A contact told in one sentence: what is read of it, what is asked, what is saved."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.models import FollowUp
from crm.interactions.models import InteractionClient, InteractionParty, InteractionTime
from crm.interactions.policy import InteractionState, Kind, Reached
from crm.interactions.services import PartyValues
from crm.people.models import Person
from tests.interactions.lookups import NEW, contacts, posted
from tests.tools.pages import problems_of

SAID = "met Wang 20m prep 10m for Tri-Valley, wants HACCP cert, call Fri #step"


def test_a_sentence_is_read_and_nothing_saved(web, wang, client_firm, step):
    page = web.post("/interactions/log", data={"sentence": SAID}).text
    assert problems_of(page) == []
    assert contacts() == []
    for piece in (
        "Preview of your entry",
        f'value="{wang.id}" selected',
        f'value="{client_firm.id}" selected',
        "HACCP cert",
        'name="minutes" type="number" value="20"',
        f'<option selected value="{step.id}">',
    ):
        assert piece in page, piece


def answers_of(page: str) -> list[str]:
    return [unescape(x) for x in re.findall(r'<button[^>]*name="answer" value="([^"]*)"', page)]


def test_what_a_sentence_leaves_open_is_answered_without_script(web, wang):
    """A weekday with an hour, said of somebody in China, may be on either clock; "spoke to" tells no kind."""
    said = {"sentence": "spoke to Wang Xiaoming Mon 10:20 20m"}
    page = web.post("/interactions/log", data=said).text
    there, here = [x for x in answers_of(page) if x.startswith("when:")]
    meeting = next(x for x in answers_of(page) if x.startswith("kind:1:"))
    assert re.search(r"<button[^>]*>Mon, Dec 7, 10:20 AM Shanghai</button>", page)
    first = web.post("/interactions/log", data=said | {"answer": here})
    assert posted(first.text)["zone"] == ["America/Los_Angeles"]
    again = web.post("/interactions/log", data=said | {"answer": [here, meeting]}).text
    assert answers_of(again) == []
    assert (posted(again)["zone"], posted(again)["what"]) == (["America/Los_Angeles"], ["meeting"])
    kept = web.post("/interactions/log", data=said | {"answer": [there, "kind:99:spoke", "when:0:other"]}).text
    assert posted(kept)["zone"] == ["Asia/Shanghai"]


def test_a_sentence_becomes_a_contact_by_saving_what_was_read(web, wang, client_firm, step):
    page = web.post("/interactions/log", data={"sentence": SAID}).text
    assert web.post(NEW, data=posted(page)).status_code == 303
    (row,) = contacts()
    assert (row.what, row.reached, row.minutes) == (Kind.meeting, Reached.talked, 20)
    time = db.session.scalars(sa.select(InteractionTime)).one()
    assert (time.client_id, time.contact, time.prep) == (client_firm.id, 20, 10)
    made = db.session.scalars(sa.select(FollowUp)).one()
    # His Friday 09:00 is our Thursday 17:00.
    assert (made.title, made.due_wall) == ("Call", datetime(2026, 12, 10, 17, 0))


def test_a_sentence_for_three_firms_asks_for_three(web, wang):
    page = web.post("/interactions/log", data={"sentence": "met Wang 45m for 3 firms"}).text
    assert "3 clients?" in page
    assert [name for name in posted(page) if re.fullmatch(r"clients-\d+-funder_id", name)] == [
        f"clients-{n}-funder_id" for n in range(3)
    ]


def test_a_sentence_on_the_page_of_a_person_is_about_that_person(web, wang):
    page = web.post("/interactions/log", data={"sentence": "called, 10m, no answer", "record": str(wang.id)}).text
    web.post(NEW, data=posted(page))
    (row,) = contacts()
    assert (row.what, row.reached, db.session.scalar(sa.select(InteractionParty.person_id))) == (
        Kind.call,
        Reached.no_answer,
        wang.id,
    )


def test_whom_one_tried_to_reach_was_called(web, wang):
    page = web.post("/interactions/log", data={"sentence": "left a voicemail for Wang Xiaoming"}).text
    assert (posted(page)["what"], posted(page)["reached"]) == (["call"], ["message_left"])


def test_traditional_characters_are_read_and_kept(web):
    page = web.post("/interactions/log", data={"sentence": "與陳大文開會20分鐘，樣品已到，週五前報價"}).text
    data = posted(page)
    assert "Add “陳大文” as a new person" in page
    assert (data["what"], data["minutes"], data["notes"][0].strip()) == (["meeting"], ["20"], "樣品已到")
    assert data["follow_ups-0-title"] == ["報價"]


def test_a_sentence_asks_who_is_meant(web, anna, wang):
    from crm.people.services import add_person

    other = add_person(anna, {"family_latin": "Wang", "given_latin": "Wei"})
    page = web.post("/interactions/log", data={"sentence": "met Wang & Zhao Jianguo 20m"}).text
    assert "Wang: which one?" in page
    assert f'name="people" value="{other.id}"' in page
    assert "Add “Zhao Jianguo” as a new person" in page
    data = posted(page)
    assert web.post(NEW, data=data).status_code == 422
    assert web.post(NEW, data=data | {"people": [str(other.id)], "people-new": ["Zhao Jianguo"]}).status_code == 303
    labels = sa.select(Person.label).join(InteractionParty, InteractionParty.person_id == Person.id)
    assert set(db.session.scalars(labels)) == {"Wei Wang", "Zhao Jianguo"}


def test_a_surname_offers_the_three_met_last_and_somebody_new(web, anna, log):
    from crm.people.services import add_person

    wangs = [add_person(anna, {"family_latin": "Wang", "given_latin": name}) for name in ("An", "Bo", "Da", "Ke", "Li")]
    log(datetime(2026, 12, 1, 9), parties=[PartyValues(wangs[3].id)])
    log(datetime(2026, 12, 4, 9), parties=[PartyValues(wangs[4].id)])
    page = web.post("/interactions/log", data={"sentence": "met Wang 20m"}).text
    offered = re.findall(r'type="checkbox" name="people" value="(\d+)"', page)
    assert offered[:2] == [str(wangs[4].id), str(wangs[3].id)]
    assert len(offered) == 3
    assert "None of these: add “Wang” as a new person" in page
    data = posted(page)
    refused = web.post(NEW, data=data)
    assert refused.status_code == 422
    assert "None of these: add “Wang” as a new person" in refused.text
    assert web.post(NEW, data=data | {"people-new": ["Wang"]}).status_code == 303
    assert db.session.scalars(sa.select(Person.label).order_by(Person.id.desc())).first() == "Wang"


def test_each_name_of_a_sentence_is_asked_apart_and_a_family_name_before_a_syllable(web, anna):
    from crm.people.services import add_person

    hui, limin, zhao, _yun = (
        add_person(anna, {"family_latin": family, "given_latin": given, "family_native": han, "given_native": more})
        for family, given, han, more in (
            ("Li", "Hui", "李", "慧"),
            ("Zhou", "Limin", "周", "立民"),
            ("Zhao", "Jianguo", "赵", "建国"),
            ("Zhao", "Yun", "赵", "云"),
        )
    )
    add_person(anna, {"family_latin": "Li", "given_latin": "Wei"})
    page = web.post("/interactions/log", data={"sentence": "met Li & Zhao 20m, call Fri"}).text
    asked = re.findall(r"<legend>Who is “(\w+)”.*?</fieldset>", page, re.DOTALL)
    assert asked == ["Li", "Zhao"]
    assert f'name="people" value="{limin.id}"' not in page
    data = posted(page) | {"people": [str(hui.id), str(zhao.id)]}
    assert web.post(NEW, data=data).status_code == 303
    assert set(db.session.scalars(sa.select(InteractionParty.person_id))) == {hui.id, zhao.id}
    assert web.post(NEW, data=posted(page) | {"people": [str(hui.id)]}).text.count("<legend>Who is") == 1


def test_a_promise_on_a_day_off_is_asked_about_before_it_is_saved(web, clock):
    clock.set(datetime(2026, 11, 24, 20, tzinfo=UTC))
    page = web.post("/interactions/log", data={"sentence": "called Tom 20m, send the price by Thursday"}).text
    assert "Thanksgiving Day. Choose another date or schedule anyway." in page
    data = posted(page) | {"confirm_days": ["y"], "people-new": ["Tom"]}
    assert web.post(NEW, data=data).status_code == 303


def test_a_sentence_tells_of_a_canceled_meeting_and_of_the_client_met(web, client_firm):
    say = f"canceled meeting with {client_firm.name} tomorrow"
    page = web.post("/interactions/log", data={"sentence": say}).text
    assert web.post(NEW, data=posted(page)).status_code == 303
    kept = contacts()[0]
    assert (kept.state, kept.reached) == (InteractionState.cancelled, None)
    assert db.session.scalars(sa.select(InteractionClient.client_id)).all() == [client_firm.id]


def test_a_whole_name_offers_only_those_who_have_all_of_it(web, anna, wang):
    page = web.post("/interactions/log", data={"sentence": "met Wang Lijun 20m"}).text
    assert "Wang Lijun?" in page
    assert 'name="people" value=' not in page
    assert "> Add “Wang Lijun” as a new person" in page


def test_a_sentence_of_people_of_other_teams_offers_none_of_them(client, people, rosa):
    page = client.login_as("boris").post("/interactions/log", data={"sentence": "met Rosa 20m"}).text
    assert "Delgado" not in page


def test_the_chips_alone_come_when_they_are_asked_for(web, wang):
    answer = web.post(
        "/interactions/log", data={"sentence": "met Wang 20m"}, headers={"HX-Request": "true", "HX-Target": "chips"}
    )
    assert "<html" not in answer.text
    assert ("Preview of your entry" in answer.text, "HX-Target" in answer.headers["Vary"]) == (True, True)


@pytest.mark.parametrize("say", ["", "x" * 2_001])
def test_a_sentence_that_is_none_is_refused(web, say):
    answer = web.post("/interactions/log", data={"sentence": say})
    assert answer.status_code == 422
    assert say in answer.text
