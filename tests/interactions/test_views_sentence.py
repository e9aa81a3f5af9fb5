"""The quick log: preview, questions, and saving."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.models import FollowUp
from crm.interactions.models import InteractionClient, InteractionParty, InteractionTime
from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType
from crm.interactions.services import PartyValues
from crm.people.models import Person
from tests.interactions.lookups import NEW, list_interactions, submitted_fields
from tests.tools.pages import Reader, problems_of, submitted_values

SENTENCE = "met Wang 20m prep 10m for Tri-Valley, wants HACCP cert, call Fri #step"


def test_sentence_preview_saves_nothing(web, wang, client_firm, step):
    page = web.post("/interactions/log", data={"sentence": SENTENCE}).text
    assert problems_of(page) == []
    assert list_interactions() == []
    for piece in (
        "Preview: ",
        f'value="{wang.id}" selected',
        f'value="{client_firm.id}" selected',
        "HACCP cert",
        'name="minutes" type="text" value="20"',
        f'<option selected value="{step.id}">',
    ):
        assert piece in page, piece


def test_preview_of_a_note_has_no_status(web):
    page = web.post("/interactions/log", data={"sentence": "note: budget is approved"}).text
    assert '<span class="pick"><b>Note</b></span>' in page
    page = web.post("/interactions/log", data={"sentence": "met Wang 20m"}).text
    assert '<span class="pick"><b>Meeting</b>Held</span>' in page


@pytest.mark.parametrize("text", ["Wang Xiaoming 王小明 called 12 min", "met Wang Xiaoming and Wang Xiaoming 5m"])
def test_person_who_is_named_twice_is_added_once(web, wang, text):
    page = web.post("/interactions/log", data={"sentence": text}).text
    assert submitted_fields(page)["people"] == [str(wang.id)]


def list_answers(page: str) -> list[str]:
    return [unescape(x) for x in re.findall(r'<button[^>]*name="answer" value="([^"]*)"', page)]


def test_uncertain_chips_are_answered_without_script(web, wang):
    """A weekday and time with someone in China may be in either zone; "spoke to" is an uncertain kind."""
    data = {"sentence": "spoke to Wang Xiaoming Mon 10:20 20m"}
    page = web.post("/interactions/log", data=data).text
    their_answer, local_answer = [x for x in list_answers(page) if x.startswith("when:")]
    meeting = next(x for x in list_answers(page) if x.startswith("kind:1:"))
    assert re.search(r"<button[^>]*>Mon, Dec 7, 10:20 AM Shanghai</button>", page)
    first = web.post("/interactions/log", data=data | {"answer": local_answer})
    assert submitted_fields(first.text)["zone"] == ["America/Los_Angeles"]
    again = web.post("/interactions/log", data=data | {"answer": [local_answer, meeting]}).text
    assert list_answers(again) == []
    assert (submitted_fields(again)["zone"], submitted_fields(again)["type"]) == (["America/Los_Angeles"], ["meeting"])
    page_kept = web.post(
        "/interactions/log", data=data | {"answer": [their_answer, "kind:99:spoke", "when:0:other"]}
    ).text
    assert submitted_fields(page_kept)["zone"] == ["Asia/Shanghai"]


def test_saving_the_preview_logs_the_interaction(web, wang, client_firm, step):
    page = web.post("/interactions/log", data={"sentence": SENTENCE}).text
    assert web.post(NEW, data=submitted_fields(page)).status_code == 303
    (row,) = list_interactions()
    assert (row.type, row.reached, row.minutes) == (InteractionType.meeting, InteractionOutcome.talked, 20)
    time = db.session.scalars(sa.select(InteractionTime)).one()
    assert (time.client_id, time.contact, time.prep) == (client_firm.id, 20, 10)
    follow_up = db.session.scalars(sa.select(FollowUp)).one()
    # Friday 9:00 AM in China is Thursday 5:00 PM here.
    assert (follow_up.title, follow_up.due_wall) == ("Call", datetime(2026, 12, 10, 17, 0))


def test_sentence_for_three_clients_shows_three_rows(web, wang):
    page = web.post("/interactions/log", data={"sentence": "met Wang 45m for 3 firms"}).text
    assert "3 firms?" in page
    assert [name for name in submitted_fields(page) if re.fullmatch(r"clients-\d+-funder_id", name)] == [
        f"clients-{n}-funder_id" for n in range(3)
    ]


def test_sentence_on_the_page_of_a_person_includes_that_person(web, wang):
    page = web.post("/interactions/log", data={"sentence": "called, 10m, no answer", "record": str(wang.id)}).text
    web.post(NEW, data=submitted_fields(page))
    (row,) = list_interactions()
    assert (row.type, row.reached, db.session.scalar(sa.select(InteractionParty.person_id))) == (
        InteractionType.call,
        InteractionOutcome.no_answer,
        wang.id,
    )


def test_tag_that_is_no_funder_stays_in_the_notes(web, wang):
    page = web.post(
        "/interactions/log", data={"sentence": "call with Wang Xiaoming 10 min #urgent, invoice #4521"}
    ).text
    notes = re.search(r'<textarea[^>]*name="notes"[^>]*>([^<]*)<', page)[1]
    assert notes.strip() == "invoice #4521, #urgent"


def test_voicemail_is_a_call(web, wang):
    page = web.post("/interactions/log", data={"sentence": "left a voicemail for Wang Xiaoming"}).text
    assert (submitted_fields(page)["type"], submitted_fields(page)["reached"]) == (["call"], ["message_left"])


def test_traditional_characters_are_read_and_preserved(web):
    page = web.post("/interactions/log", data={"sentence": "與陳大文開會20分鐘，樣品已到，週五前報價"}).text
    data = submitted_fields(page)
    assert "Add “陳大文” as a new person" in Reader(page).words
    assert (data["type"], data["minutes"], data["notes"][0].strip()) == (["meeting"], ["20"], "樣品已到")
    assert data["follow_ups-0-title"] == ["報價"]


def test_ambiguous_name_in_a_sentence_is_asked_about(web, anna, wang):
    from crm.people.services import add_person

    other = add_person(anna, {"family_latin": "Wang", "given_latin": "Wei"})
    page = web.post("/interactions/log", data={"sentence": "met Wang & Zhao Jianguo 20m"}).text
    assert "Wang: which one?" in page
    assert f'type="radio" name="people-answer0" value="{other.id}"' in page
    assert "Add “Zhao Jianguo” as a new person" in page
    data = submitted_fields(page)
    assert web.post(NEW, data=data).status_code == 422
    assert web.post(NEW, data=data | {"people": [str(other.id)], "people-new": ["Zhao Jianguo"]}).status_code == 303
    labels = sa.select(Person.label).join(InteractionParty, InteractionParty.person_id == Person.id)
    assert set(db.session.scalars(labels)) == {"Wei Wang", "Zhao Jianguo"}


def test_surname_offers_the_three_most_recent_people_and_a_new_one(web, anna, log):
    from crm.people.services import add_person

    wangs = [add_person(anna, {"family_latin": "Wang", "given_latin": name}) for name in ("An", "Bo", "Da", "Ke", "Li")]
    log(datetime(2026, 12, 1, 9), parties=[PartyValues(wangs[3].id)])
    log(datetime(2026, 12, 4, 9), parties=[PartyValues(wangs[4].id)])
    page = web.post("/interactions/log", data={"sentence": "met Wang 20m"}).text
    offered = re.findall(r'type="radio" name="people-answer0" value="(\d+)"', page)
    assert offered[:2] == [str(wangs[4].id), str(wangs[3].id)]
    assert len(offered) == 3
    assert "Someone else: add “Wang” as a new person" in page
    data = submitted_fields(page)
    refused = web.post(NEW, data=data)
    assert refused.status_code == 422
    assert "Someone else: add “Wang” as a new person" in refused.text
    assert web.post(NEW, data=data | {"people-answer0": ["new:name:Wang"]}).status_code == 303
    assert db.session.scalars(sa.select(Person.label).order_by(Person.id.desc())).first() == "Wang"


def test_each_ambiguous_name_has_its_own_question(web, anna):
    from crm.people.services import add_person

    hui, limin, zhao, _yun = (
        add_person(
            anna, {"family_latin": family, "given_latin": given_name, "family_native": han, "given_native": more}
        )
        for family, given_name, han, more in (
            ("Li", "Hui", "李", "慧"),
            ("Zhou", "Limin", "周", "立民"),
            ("Zhao", "Jianguo", "赵", "建国"),
            ("Zhao", "Yun", "赵", "云"),
        )
    )
    add_person(anna, {"family_latin": "Li", "given_latin": "Wei"})
    page = web.post("/interactions/log", data={"sentence": "met Li & Zhao 20m, call Fri"}).text
    questions = re.findall(r"<legend>Who is “(\w+)”.*?</fieldset>", page, re.DOTALL)
    assert questions == ["Li", "Zhao"]
    assert not re.search(rf'name="people[^"]*" value="{limin.id}"', page)
    radios = re.findall(r'type="radio"\s+name="(people-answer\d)"\s+value="([^"]+)"', page)
    by_group = {group: [value for name, value in radios if name == group] for group, _value in radios}
    assert [values[-1] for values in by_group.values()] == ["new:name:Li", "new:name:Zhao"]
    assert (str(hui.id) in by_group["people-answer0"], str(zhao.id) in by_group["people-answer1"]) == (True, True)
    data = submitted_fields(page)
    assert web.post(NEW, data=data | {"people-answer0": [str(hui.id)]}).text.count("<legend>Who is") == 1
    answers = {"people-answer0": [str(hui.id)], "people-answer1": [str(zhao.id)]}
    assert web.post(NEW, data=data | answers).status_code == 303
    assert set(db.session.scalars(sa.select(InteractionParty.person_id))) == {hui.id, zhao.id}


def test_answers_are_kept_when_the_form_is_shown_again(web, anna):
    from crm.people.services import add_person

    li = [add_person(anna, {"family_latin": "Li", "given_latin": name}) for name in ("An", "Bo")]
    page = web.post("/interactions/log", data={"sentence": "met Li 20m"}).text
    data = submitted_fields(page) | {"day": [""]}
    shown_again = web.post(NEW, data=data | {"people-answer0": [str(li[1].id)]})
    chosen_people = submitted_values(shown_again.text, "")["people"]
    assert (shown_again.status_code, chosen_people) == (422, [str(li[1].id)])
    new = web.post(NEW, data=data | {"people-answer0": ["new:name:Li"]}).text
    assert (submitted_values(new, "")["people-new"], "<legend>Who is" in new) == (["Li"], False)


def test_follow_up_on_a_holiday_needs_confirmation(web, clock):
    clock.set(datetime(2026, 11, 24, 20, tzinfo=UTC))
    page = web.post("/interactions/log", data={"sentence": "called Tom 20m, send the price by Thursday"}).text
    assert "Thanksgiving Day. Choose another date or schedule anyway." in page
    data = submitted_fields(page) | {"confirm_days": ["y"], "people-new": ["Tom"]}
    assert web.post(NEW, data=data).status_code == 303


def test_sentence_records_a_canceled_meeting_with_a_client(web, client_firm):
    text = f"canceled meeting with {client_firm.name} tomorrow"
    page = web.post("/interactions/log", data={"sentence": text}).text
    assert web.post(NEW, data=submitted_fields(page)).status_code == 303
    row = list_interactions()[0]
    assert (row.state, row.reached) == (InteractionState.canceled, None)
    assert db.session.scalars(sa.select(InteractionClient.client_id)).all() == [client_firm.id]


def test_full_name_offers_only_complete_matches(web, anna, wang):
    page = web.post("/interactions/log", data={"sentence": "met Wang Lijun 20m"}).text
    assert "Wang Lijun?" in page
    assert 'name="people" value=' not in page
    assert "<span>Add “Wang Lijun” as a new person" in page


def test_sentence_offers_no_people_of_other_teams(client, people, rosa):
    page = client.login_as("boris").post("/interactions/log", data={"sentence": "met Rosa 20m"}).text
    assert "Delgado" not in page


def test_fragment_request_returns_only_the_chips(web, wang):
    answer = web.post(
        "/interactions/log", data={"sentence": "met Wang 20m"}, headers={"HX-Request": "true", "HX-Target": "chips"}
    )
    assert "<html" not in answer.text
    assert ("Preview: " in answer.text, "HX-Target" in answer.headers["Vary"]) == (True, True)


@pytest.mark.parametrize("text", ["", "x" * 2_001])
def test_invalid_sentence_is_refused(web, text):
    answer = web.post("/interactions/log", data={"sentence": text})
    assert answer.status_code == 422
    assert text in answer.text
