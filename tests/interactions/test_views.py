"""Pages of contacts: the log form, plans, one sentence, a pasted mail, an inquiry."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from html import unescape
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from crm.core.db import db
from crm.core.identity import Membership
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up
from crm.followups.words import FollowUpState
from crm.interactions.models import Interaction, InteractionClient, InteractionParty, InteractionSent, InteractionTime
from crm.interactions.policy import InteractionState, Kind, Reached
from crm.interactions.services import ForClient, Party
from crm.interactions.services.settle import told_of
from crm.organizations.models import Organization
from crm.people.models import Person
from crm.records.models import Attachment
from crm.records.policy import Medium, PointLabel
from crm.records.services import Point, set_points
from crm.shows.services import save_going, save_show
from tests.factories import client_of, person, secluded, team_id_of
from tests.factories.cases import case
from tests.tools.pages import problems_of, sent_by

NEW = "/interactions/new"


@pytest.fixture
def web(client, people):
    """Give anna's browser."""
    return client.login_as("anna")


def form(**more):
    values = {"state": "held", "what": "call", "reached": "talked", "day": "2026-12-07", "time": "14:00"}
    return values | {"zone": "America/Los_Angeles", "minutes": ""} | more


def contacts() -> list[Interaction]:
    return list(db.session.scalars(sa.select(Interaction).order_by(Interaction.id)))


def count(cls) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(cls))


def undo_address(web) -> str:
    """The address of the toast's undo, read from the next page."""
    found = re.search(r'action="([^"]+undo[^"]*|[^"]+plan-again[^"]*)" data-undo', web.get("/interactions/").text)
    assert found
    return found[1].replace("&amp;", "&")


def test_the_log_form_is_filled_from_where_one_is(web, wang, client_firm):
    page = web.get(f"{NEW}?person={wang.id}&organization={client_firm.id}&kind=call").text
    assert problems_of(page) == []
    assert f'value="{wang.id}" selected' in page
    assert f'value="{client_firm.id}" selected' in page
    assert re.search(r'value="call" checked', page)
    assert 'data-there="Asia/Shanghai"' in page
    assert "missing to count" in page


def test_a_contact_is_logged_with_people_client_minutes_and_promise(web, anna, wang, client_firm, step):
    data = form(
        people=str(wang.id), minutes="20", prep="10", notes="Wants HACCP",
        **{"clients-0-client_id": str(client_firm.id), "clients-0-funder_id": str(step.id), "clients-0-countable": "y"},
        **{"follow_ups-0-title": "Call about HACCP", "follow_ups-0-due_on": "2026-12-11", "follow_ups-0-side": "we"},
        **{"sent-0-kind": "sample", "sent-0-what": "4 sensors"},
    )  # fmt: skip
    answer = web.post(NEW, data=data)
    (row,) = contacts()
    assert (answer.status_code, urlsplit(answer.location).path.rpartition("/")[2]) == (303, str(row.id))
    assert (row.what, row.reached, row.minutes, row.subject) == (
        Kind.call,
        Reached.talked,
        20,
        "Call with Wang Xiaoming",
    )
    time = db.session.scalars(sa.select(InteractionTime)).one()
    assert (time.client_id, time.user_id, time.contact, time.prep) == (client_firm.id, anna.id, 20, 10)
    client = db.session.scalars(sa.select(InteractionClient)).one()
    assert (client.funder_id, client.countable, client.session_type.value) == (step.id, True, "telephone")
    made = db.session.scalars(sa.select(FollowUp)).one()
    assert (made.title, made.due_on, made.source_id) == ("Call about HACCP", date(2026, 12, 11), row.id)
    assert db.session.scalars(sa.select(InteractionSent.what)).all() == ["4 sensors"]


def test_one_total_is_shared_by_three_firms(web, anna, client_firm):
    from crm.organizations.policy import OrganizationRole
    from crm.organizations.services import add_organization

    others = [add_organization(anna, {"name": n}, roles=[OrganizationRole.client]) for n in ("Bay Cold", "Redwood")]
    ids = [client_firm.id, *(o.id for o in others)]
    data = form(
        minutes="50", **{f"clients-{n}-client_id": str(i) for n, i in enumerate(ids)}, **{"clients-2-contact": "30"}
    )
    web.post(NEW, data=data)
    assert sorted(db.session.scalars(sa.select(InteractionTime.contact))) == [25, 25, 30]


@pytest.mark.parametrize(("sent", "kept"), [(["20", ""], 20), (["20", "25"], 25), (["", ""], None)])
def test_a_chip_says_the_minutes_unless_they_are_typed(web, sent, kept):
    web.post(NEW, data=form(minutes=sent))
    assert contacts()[0].minutes == kept


def test_the_last_funder_is_remembered(web, log, client_firm, step):
    log(clients=[ForClient(client_firm.id, 10, funder_id=step.id)])
    assert f'<option selected value="{step.id}">' in web.get(NEW).text


def test_a_contact_may_be_planned_for_their_morning(web, wang):
    data = form(state="planned", day="2026-12-10", time="09:00", zone="Asia/Shanghai", people=str(wang.id))
    web.post(NEW, data=data)
    (row,) = contacts()
    assert (row.state, row.reached, row.at.isoformat()) == (InteractionState.planned, None, "2026-12-10T01:00:00+00:00")


def test_who_is_above_the_teams_says_whose_contact_it_is(client, people, wang, client_firm, step):
    nora = client.login_as("nora")
    assert 'name="team_id"' in nora.get(NEW).text
    promise = {"follow_ups-0-title": "Send it", "follow_ups-0-due_on": "2026-12-10", "follow_ups-0-side": "we"}
    refused = nora.post(NEW, data=form(people=str(wang.id)))
    assert (refused.status_code, contacts()) == (422, [])
    assert "Choose the team" in refused.text
    team_id = client_firm.team_id
    assert nora.post(NEW, data=form(people=str(wang.id), team_id=str(team_id), **promise)).status_code == 303
    assert nora.post(NEW, data=form(**{"clients-0-client_id": str(client_firm.id)})).status_code == 303
    assert [row.team_id for row in contacts()] == [team_id, team_id]
    assert db.session.scalars(sa.select(FollowUp)).one().team_id == team_id
    anna = client.login_as("anna")
    assert 'name="team_id"' not in anna.get(NEW).text
    bay = db.session.scalar(sa.select(Membership.team_id).where(Membership.user_id == people["boris"].id))
    assert anna.post(NEW, data=form(people=str(wang.id), team_id=str(bay))).status_code == 303
    assert contacts()[-1].team_id == team_id


def test_the_same_form_twice_makes_one_contact(web, wang):
    data = form(people=str(wang.id), uid="5b0e0f6a-0000-4000-8000-000000000001")
    first, second = web.post(NEW, data=data), web.post(NEW, data=data)
    assert (first.status_code, second.status_code, second.location) == (303, 303, first.location)
    assert len(contacts()) == 1
    assert web.post(NEW, data=data | {"notes": "other"}).status_code == 409


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("day", "0099-01-01"),
        ("day", "2101-01-01"),
        ("day", "yesterday"),
        ("day", ""),
        ("time", "25:00"),
        ("minutes", "10 m"),
        ("minutes", "-5"),
        ("prep", "1441"),
        ("subject", "x" * 10_000),
        ("place", "x" * 10_000),
        ("english_line", "x" * 1_001),
        ("follow_ups-0-title", "x" * 10_000),
        ("people", "999999"),
        ("zone", "Mars/Base"),
        ("what", "seance"),
        ("people-typed", "Nobody Atall"),
    ],
)
def test_what_cannot_be_is_refused_and_the_text_kept(web, name, text):
    answer = web.post(NEW, data=form(**{"notes": "what was said", name: text}))
    assert answer.status_code == 422
    assert "what was said" in answer.text
    assert problems_of(answer.text) == []
    if len(text) > 1_000:
        assert text in answer.text
    assert (contacts(), count(FollowUp)) == ([], 0)


def test_a_contact_that_is_still_to_come_is_refused_on_its_day(web):
    answer = web.post(NEW, data=form(day="2026-12-24"))
    assert (answer.status_code, contacts()) == (422, [])
    assert "still to come" in answer.text


def test_a_promise_needs_a_day_and_a_holiday_is_asked_about(web):
    promise = {"follow_ups-0-title": "Call", "follow_ups-0-side": "we", "follow_ups-0-due_on": ""}
    assert "Say by when." in web.post(NEW, data=form(**promise)).text
    holiday = form(**promise | {"follow_ups-0-due_on": "2026-12-25"})
    answer = web.post(NEW, data=holiday)
    assert answer.status_code == 422
    assert "Christmas Day" in answer.text
    assert 'name="keep_days"' in answer.text
    assert contacts() == []
    assert web.post(NEW, data=holiday | {"keep_days": "y"}).status_code == 303
    assert db.session.scalars(sa.select(FollowUp.due_on)).all() == [date(2026, 12, 25)]


def test_a_show_that_is_typed_for_a_person_offers_who_was_met_there(web, anna, wang):
    fair = save_show(anna, {"name": "Zqfair", "starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 4)})
    save_going(fair, {"record_id": wang.id})
    data = form(**{"people-typed": "zqfair"})
    answer = web.post(NEW, data=data)
    assert (answer.status_code, contacts()) == (422, [])
    assert re.findall(r'type="checkbox" name="people" value="(\d+)"', answer.text) == [str(wang.id)]
    assert web.post(NEW, data=data | {"people": str(wang.id)}).status_code == 303
    assert db.session.scalars(sa.select(InteractionParty.person_id)).all() == [wang.id]


def test_an_unknown_name_is_added_when_it_is_ticked(web, prime):
    data = form(**{"people-typed": "Li Wei", "firms": str(prime.id)})
    answer = web.post(NEW, data=data)
    assert answer.status_code == 422
    assert "Add “Li Wei” as a new person" in answer.text
    assert count(Person) == 0
    assert web.post(NEW, data=data | {"people-new": "Li Wei"}).status_code == 303
    made = db.session.scalars(sa.select(Person)).one()
    assert (made.label, made.family_latin) == ("Li Wei", "Li")
    asked = sa.select(InteractionParty.organization_id).where(InteractionParty.person_id == made.id)
    assert db.session.scalar(asked) == prime.id


def test_several_of_a_name_are_offered_and_a_choice_settles_it(web, anna, wang):
    from crm.people.services import add_person

    add_person(anna, {"family_latin": "Wang", "given_latin": "Wei"})
    answer = web.post(NEW, data=form(**{"people-typed": "Wang"}))
    assert answer.status_code == 422
    assert f'type="checkbox" name="people" value="{wang.id}"' in answer.text
    assert web.post(NEW, data=form(**{"people-typed": "Wang", "people": str(wang.id)})).status_code == 303
    assert db.session.scalars(sa.select(InteractionParty.person_id)).all() == [wang.id]


def test_engineers_without_a_card_are_counted(web):
    web.post(NEW, data=form(**{"crowd-0-count": "2", "crowd-0-label": "engineers"}))
    asked = sa.select(InteractionParty.person_id, InteractionParty.label, InteractionParty.count)
    assert db.session.execute(asked).all() == [(None, "engineers", 2)]


def test_files_go_along(web):
    answer = web.post(
        NEW, data=form(files=(io.BytesIO(b"price list"), "prices.txt")), content_type="multipart/form-data"
    )
    assert answer.status_code == 303
    kept = db.session.scalars(sa.select(Attachment)).one()
    assert (kept.name, kept.record_id) == ("prices.txt", contacts()[0].id)


def test_a_file_of_an_unknown_kind_is_refused_with_everything_else(web):
    data = form(files=(io.BytesIO(b"\x00\x01\x02"), "x.bin"))
    answer = web.post(NEW, data=data, content_type="multipart/form-data")
    assert (answer.status_code, contacts()) == (422, [])


def test_logging_from_a_follow_up_settles_it_and_can_be_taken_back(web, anna, wang):
    row = add_follow_up(anna, {"title": "Call Wang", "due_on": date(2026, 12, 8)}, about=[wang.id])
    page = web.get(f"{NEW}?followup={row.id}").text
    assert f'name="closes" id="closes-0" value="{row.id}" checked' in page
    assert f'value="{wang.id}" selected' in page
    answer = web.post(f"{NEW}?followup={row.id}", data=form(people=str(wang.id), closes=str(row.id), next="/people/"))
    assert (answer.location, row.state) == ("/people/", FollowUpState.done)
    assert web.post(undo_address(web)).status_code == 303
    assert (row.state, contacts()[0].archived_at is None) == (FollowUpState.open, False)


def test_a_call_without_an_answer_counts_a_try_of_what_it_was_for(web, anna, wang):
    row = add_follow_up(anna, {"title": "Call Wang", "due_on": date(2026, 12, 8)}, about=[wang.id])
    data = form(people=str(wang.id), closes=str(row.id), reached="no_answer")
    assert web.post(f"{NEW}?followup={row.id}", data=data).status_code == 303
    assert (row.state, row.tries, row.due_on) == (FollowUpState.open, 1, date(2026, 12, 10))
    assert web.post(undo_address(web)).status_code == 303
    assert (row.state, row.tries, row.due_on) == (FollowUpState.open, 0, date(2026, 12, 8))


def test_a_foreign_follow_up_cannot_be_settled(web, actor, wang):
    foreign = add_follow_up(actor("boris"), {"title": "Theirs", "due_on": date(2026, 12, 8)}, about=[wang.id])
    assert web.get(f"{NEW}?followup={foreign.id}").status_code == 404
    assert web.post(NEW, data=form(closes=str(foreign.id))).status_code == 422
    assert foreign.state is FollowUpState.open


def test_edit_shows_what_is_kept_and_changes_it(web, log, wang, client_firm):
    row = log(
        parties=[Party(wang.id), Party(label="engineers", count=2)],
        clients=[ForClient(client_firm.id, 40, 15)],
        notes="before",
    )
    page = web.get(f"/interactions/{row.id}/edit").text
    assert problems_of(page) == []
    for piece in ("before", f'value="{wang.id}" selected', 'value="engineers"', 'value="40"', 'value="15"'):
        assert piece in page, piece
    data = form(what="meeting", people=str(wang.id), notes="after", version=str(row.version), subject=row.subject)
    data |= {"clients-0-client_id": str(client_firm.id), "clients-0-contact": "30", "clients-0-countable": "y"}
    assert web.post(f"/interactions/{row.id}/edit", data=data).status_code == 303
    assert (row.notes, db.session.scalars(sa.select(InteractionTime.contact)).all()) == ("after", [30])
    assert db.session.scalars(sa.select(InteractionParty.person_id)).all() == [wang.id]


def test_a_stale_edit_is_a_conflict_that_shows_both(web, log):
    row = log(notes="mine")
    data = form(notes="theirs", version=str(row.version))
    assert web.post(f"/interactions/{row.id}/edit", data=data).status_code == 303
    answer = web.post(f"/interactions/{row.id}/edit", data=data | {"notes": "late"})
    assert answer.status_code == 409
    assert ("theirs" in answer.text, "late" in answer.text, row.notes) == (True, True, "theirs")


@pytest.mark.parametrize("path", ["", "edit", "move"])
def test_a_contact_of_another_team_is_not_found(client, people, log, path):
    row = log()
    boris = client.login_as("boris")
    if path:
        assert boris.get(f"/interactions/{row.id}/{path}").status_code == 404
    assert boris.post(f"/interactions/{row.id}/happened", data={"answer": "no"}).status_code == 404


@pytest.mark.parametrize("path", ["/interactions/", NEW, "/interactions/log", "/interactions/paste", "/inquiries/new"])
def test_a_guest_is_asked_to_sign_in(client, people, path):
    assert client.get(path).headers["Location"].startswith("/login?next=")
    if path != "/interactions/":
        assert client.post(path, data=form()).status_code == 401


def test_wrong_methods_are_refused(web, log):
    row = log()
    assert [web.get(f"/interactions/{row.id}/{x}").status_code for x in ("happened", "undo", "plan-again")] == [405] * 3


@pytest.fixture
def plan(log, wang):
    """Give an appointment that is over and not settled."""
    return log(datetime(2026, 12, 7, 14), state=InteractionState.planned, parties=[Party(wang.id)])


def test_it_happened_leads_on_to_the_form_and_back(web, plan):
    answer = web.post(f"/interactions/{plan.id}/happened", data={"answer": "yes"})
    assert (plan.state, answer.location) == (InteractionState.held, f"/interactions/{plan.id}/edit")
    web.post(undo_address(web))
    assert (plan.state, plan.reached) == (InteractionState.planned, None)


def test_the_form_of_what_happened_begins_with_yes_and_asks_what_next(web, plan):
    page = web.get(f"/interactions/{plan.id}/edit?happened=1").text
    assert re.search(r'name="state" [^>]*value="held" checked', page)
    assert re.search(r'name="reached" [^>]*value="talked" checked', page)
    data = form(version=str(plan.version), subject=plan.subject)
    assert web.post(f"/interactions/{plan.id}/edit?happened=1", data=data).status_code == 303
    assert (plan.state, plan.reached) == (InteractionState.held, Reached.talked)
    assert "What next?" in web.get("/interactions/").text


def test_a_contact_is_told_on_both_clocks(web, plan):
    assert "14:00 = Tue 06:00 Shanghai" in web.get(f"/interactions/{plan.id}").text


def test_it_did_not_happen_and_twice_is_once(web, plan):
    for _ in range(2):
        assert (
            web.post(f"/interactions/{plan.id}/happened", data={"answer": "no", "next": "/people/"}).location
            == "/people/"
        )
    assert plan.state is InteractionState.cancelled
    assert web.post(f"/interactions/{plan.id}/happened", data={"answer": "perhaps"}).status_code == 400


def test_it_was_moved(web, plan):
    answer = web.post(f"/interactions/{plan.id}/happened", data={"answer": "moved"})
    assert answer.location == f"/interactions/{plan.id}/move"
    page = web.get(answer.location).text
    assert problems_of(page) == []
    data = {"day": "2026-12-10", "time": "17:00", "zone": "America/Los_Angeles"}
    assert web.post(f"/interactions/{plan.id}/move", data=data).status_code == 303
    assert (plan.state, contacts()[1].wall) == (InteractionState.rescheduled, datetime(2026, 12, 10, 17))
    assert web.post(f"/interactions/{plan.id}/move", data=data | {"day": "2026-12-11"}).status_code == 409


def test_whoever_moves_it_takes_along_those_whom_they_may_not_see(web, people, actor, log):
    firm = client_of("Bay", "Bay Sensors")
    hidden, shen = person("Li", "Wei", at=firm), actor("shen")
    told = {"parties": [Party(hidden.id)], "clients": [ForClient(firm.id)], "about": [case(firm).id]}
    plan = log(state=InteractionState.planned, by=shen, team_id=team_id_of("Inland"), **told)
    data = {"day": "2026-12-10", "time": "17:00", "zone": "America/Los_Angeles"}
    assert web.post(f"/interactions/{plan.id}/move", data=data).status_code == 303
    made = contacts()[1]
    assert (plan.rescheduled_to_id, told_of(made)) == (made.id, told_of(plan))


def test_undo_of_what_has_changed_since_leaves_it(web, plan):
    web.post(f"/interactions/{plan.id}/happened", data={"answer": "no"})
    address = undo_address(web)
    plan.notes = "changed"
    db.session.flush()
    assert web.post(address).status_code == 409
    assert web.post(f"/interactions/{plan.id}/undo?was=forged").status_code == 400
    assert plan.state is InteractionState.cancelled


SAID = "met Wang 20m prep 10m for Tri-Valley, wants HACCP cert, call Fri #step"


def test_a_sentence_is_read_and_nothing_saved(web, wang, client_firm, step):
    page = web.post("/interactions/log", data={"say": SAID}).text
    assert problems_of(page) == []
    assert contacts() == []
    for piece in (
        "Understood as",
        f'value="{wang.id}" selected',
        f'value="{client_firm.id}" selected',
        "HACCP cert",
        'name="minutes" type="number" value="20"',
        f'<option selected value="{step.id}">',
    ):
        assert piece in page, piece


def posted(page: str) -> dict[str, list[str]]:
    """What a browser sends of the form that saves."""
    return sent_by(page, NEW)


def answers_of(page: str) -> list[str]:
    return [unescape(x) for x in re.findall(r'<button[^>]*name="answer" value="([^"]*)"', page)]


def test_what_a_sentence_leaves_open_is_answered_without_script(web, wang):
    """A weekday with an hour, said of somebody in China, may be on either clock; "spoke to" tells no kind."""
    said = {"say": "spoke to Wang Xiaoming Mon 10:20 20m"}
    page = web.post("/interactions/log", data=said).text
    there, here = [x for x in answers_of(page) if x.startswith("when:")]
    meeting = next(x for x in answers_of(page) if x.startswith("kind:1:"))
    assert re.search(r"<button[^>]*>Mon 7 Dec 10:20 Shanghai</button>", page)
    first = web.post("/interactions/log", data=said | {"answer": here})
    assert posted(first.text)["zone"] == ["America/Los_Angeles"]
    again = web.post("/interactions/log", data=said | {"answer": [here, meeting]}).text
    assert answers_of(again) == []
    assert (posted(again)["zone"], posted(again)["what"]) == (["America/Los_Angeles"], ["meeting"])
    kept = web.post("/interactions/log", data=said | {"answer": [there, "kind:99:spoke", "when:0:other"]}).text
    assert posted(kept)["zone"] == ["Asia/Shanghai"]


def test_both_clocks_stand_in_the_form_without_script(web):
    page = web.post(NEW, data=form(day="2026-12-07", time="14:00", zone="Asia/Shanghai", minutes="x")).text
    assert re.search(r"<output[^>]*>= Sun 6 Dec 22:00 Los Angeles</output>", page)


def test_an_inquiry_of_who_is_in_no_team(client, actor):
    web, inland = client.login_as("nora"), actor("anna").first_team_id
    said = {"name": "Rosa Delgado", "firm-new": "Delta Orchards", "wish": "HACCP", "heard": "call"}
    assert web.post("/inquiries/new", data=said).status_code == 422
    assert web.post("/inquiries/new", data=said | {"team_id": str(inland)}).status_code == 303
    alone = {"name": "Zqalone", "wish": "HACCP", "heard": "call"}
    refused = web.post("/inquiries/new", data=alone)
    assert (refused.status_code, "Choose the team whose person this is" in refused.text) == (422, True)
    assert web.post("/inquiries/new", data=alone | {"team_id": str(inland)}).status_code == 303
    assert [c.team_id for c in contacts()] == [inland, inland]
    assert set(db.session.scalars(sa.select(Person.team_id))) == {inland}


def test_people_added_while_logging_are_of_the_contacts_team(client, actor, client_firm):
    web, bay = client.login_as("nora"), actor("boris").first_team_id
    for name, more in (("Zqone", {"team_id": str(bay)}), ("Zqtwo", {"clients-0-client_id": str(client_firm.id)})):
        assert web.post(NEW, data=form(**{"people-new": name, **more})).status_code == 303
    teams = dict(db.session.execute(sa.select(Person.label, Person.team_id)).all())
    assert teams == {"Zqone": bay, "Zqtwo": client_firm.team_id}


def test_a_sentence_becomes_a_contact_by_saving_what_was_read(web, wang, client_firm, step):
    page = web.post("/interactions/log", data={"say": SAID}).text
    assert web.post(NEW, data=posted(page)).status_code == 303
    (row,) = contacts()
    assert (row.what, row.reached, row.minutes) == (Kind.meeting, Reached.talked, 20)
    time = db.session.scalars(sa.select(InteractionTime)).one()
    assert (time.client_id, time.contact, time.prep) == (client_firm.id, 20, 10)
    made = db.session.scalars(sa.select(FollowUp)).one()
    # His Friday 09:00 is our Thursday 17:00.
    assert (made.title, made.due_wall) == ("Call", datetime(2026, 12, 10, 17, 0))


def test_a_sentence_for_three_firms_asks_for_three(web, wang):
    page = web.post("/interactions/log", data={"say": "met Wang 45m for 3 firms"}).text
    assert "3 firms?" in page
    assert [name for name in posted(page) if re.fullmatch(r"clients-\d+-funder_id", name)] == [
        f"clients-{n}-funder_id" for n in range(3)
    ]


def test_a_sentence_on_the_page_of_a_person_is_about_that_person(web, wang):
    page = web.post("/interactions/log", data={"say": "called, 10m, no answer", "record": str(wang.id)}).text
    web.post(NEW, data=posted(page))
    (row,) = contacts()
    assert (row.what, row.reached, db.session.scalar(sa.select(InteractionParty.person_id))) == (
        Kind.call, Reached.no_answer, wang.id,
    )  # fmt: skip


def test_a_sentence_asks_who_is_meant(web, anna, wang):
    from crm.people.services import add_person

    other = add_person(anna, {"family_latin": "Wang", "given_latin": "Wei"})
    page = web.post("/interactions/log", data={"say": "met Wang & Zhao Jianguo 20m"}).text
    assert "Wang: which?" in page
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
    log(datetime(2026, 12, 1, 9), parties=[Party(wangs[3].id)])
    log(datetime(2026, 12, 4, 9), parties=[Party(wangs[4].id)])
    page = web.post("/interactions/log", data={"say": "met Wang 20m"}).text
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
            ("Li", "Hui", "李", "慧"), ("Zhou", "Limin", "周", "立民"), ("Zhao", "Jianguo", "赵", "建国"),
            ("Zhao", "Yun", "赵", "云"),
        )
    )  # fmt: skip
    add_person(anna, {"family_latin": "Li", "given_latin": "Wei"})
    page = web.post("/interactions/log", data={"say": "met Li & Zhao 20m, call Fri"}).text
    asked = re.findall(r"<legend>Who is “(\w+)”.*?</fieldset>", page, re.DOTALL)
    assert asked == ["Li", "Zhao"]
    assert f'name="people" value="{limin.id}"' not in page
    data = posted(page) | {"people": [str(hui.id), str(zhao.id)]}
    assert web.post(NEW, data=data).status_code == 303
    assert set(db.session.scalars(sa.select(InteractionParty.person_id))) == {hui.id, zhao.id}
    assert web.post(NEW, data=posted(page) | {"people": [str(hui.id)]}).text.count("<legend>Who is") == 1


def test_a_promise_on_a_day_off_is_asked_about_before_it_is_saved(web, clock):
    clock.set(datetime(2026, 11, 24, 20, tzinfo=UTC))
    page = web.post("/interactions/log", data={"say": "called Tom 20m, send the price by Thursday"}).text
    assert "Thanksgiving Day. Choose another day, or keep it." in page
    data = posted(page) | {"keep_days": ["y"], "people-new": ["Tom"]}
    assert web.post(NEW, data=data).status_code == 303


def test_a_sentence_tells_of_a_canceled_meeting_and_of_the_client_met(web, client_firm):
    say = f"canceled meeting with {client_firm.name} tomorrow"
    page = web.post("/interactions/log", data={"say": say}).text
    assert web.post(NEW, data=posted(page)).status_code == 303
    kept = contacts()[0]
    assert (kept.state, kept.reached) == (InteractionState.cancelled, None)
    assert db.session.scalars(sa.select(InteractionClient.client_id)).all() == [client_firm.id]


def test_a_whole_name_offers_only_those_who_have_all_of_it(web, anna, wang):
    page = web.post("/interactions/log", data={"say": "met Wang Lijun 20m"}).text
    assert "Wang Lijun?" in page
    assert 'name="people" value=' not in page
    assert "> Add “Wang Lijun” as a new person" in page


def test_a_sentence_of_people_of_other_teams_offers_none_of_them(client, people, rosa):
    page = client.login_as("boris").post("/interactions/log", data={"say": "met Rosa 20m"}).text
    assert "Delgado" not in page


def test_the_chips_alone_come_when_they_are_asked_for(web, wang):
    answer = web.post(
        "/interactions/log", data={"say": "met Wang 20m"}, headers={"HX-Request": "true", "HX-Target": "chips"}
    )
    assert "<html" not in answer.text
    assert ("Understood as" in answer.text, "HX-Target" in answer.headers["Vary"]) == (True, True)


@pytest.mark.parametrize("say", ["", "x" * 2_001])
def test_a_sentence_that_is_none_is_refused(web, say):
    answer = web.post("/interactions/log", data={"say": say})
    assert answer.status_code == 422
    assert say in answer.text


MAIL = """发件人: 王小明 <wangxm@huayue.example>
发送时间: 2026年12月8日 9:30
收件人: anna@demo.example
主题: 样品

样品已经收到。
"""


def test_a_pasted_mail_proposes_person_time_and_text(web, wang):
    set_points(wang, [Point(Medium.email, PointLabel.work, "wangxm@huayue.example")], "CN")
    page = web.post("/interactions/paste", data={"mail": MAIL}).text
    assert problems_of(page) == []
    assert contacts() == []
    web.post(NEW, data=posted(page))
    (row,) = contacts()
    assert (row.what, row.subject, row.notes, row.reached) == (Kind.email, "样品", "样品已经收到。", Reached.one_way)
    assert (row.wall, row.zone) == (datetime(2026, 12, 8, 9, 30), "Asia/Shanghai")
    assert db.session.scalar(sa.select(InteractionParty.person_id)) == wang.id


def test_a_mail_from_a_stranger_offers_to_add_them_with_their_address(web):
    page = web.post("/interactions/paste", data={"mail": MAIL}).text
    data = posted(page) | {"people-new": ["王小明 <wangxm@huayue.example>"]}
    assert web.post(NEW, data=data).status_code == 303
    assert db.session.scalar(sa.select(Person.native_label)) or db.session.scalar(sa.select(Person.label)) == "王小明"


def test_a_mail_from_a_new_address_asks_whether_it_is_somebody_known(web, anna):
    from crm.people.services import add_person

    known = add_person(anna, {"family_native": "王", "given_native": "小明"})
    data = posted(web.post("/interactions/paste", data={"mail": MAIL}).text)
    assert web.post(NEW, data=data).status_code == 422
    assert web.post(NEW, data=data | {"people": [str(known.id)]}).status_code == 303
    assert db.session.scalars(sa.select(InteractionParty.person_id)).all() == [known.id]
    assert count(Person) == 1


@pytest.mark.parametrize("mail", ["", "x" * 200_001])
def test_a_mail_that_is_none_is_refused(web, mail):
    assert web.post("/interactions/paste", data={"mail": mail}).status_code == 422


def inquiry(**more):
    return {"name": "Rosa Delgado", "reach": "760 555 0148", "heard": "call", "wish": "Leak prediction"} | more


def test_the_meter_of_an_inquiry_goes_along(web):
    data = {"name": "Rosa Delgado", "reach": "760 555 0148", "county": "San Diego", "founded_on": "2018-03-01"}
    answer = web.post("/inquiries/meter", data=data, headers={"HX-Request": "true", "HX-Target": "count"})
    assert (answer.status_code, "<html" in answer.text, "4 missing to count" in answer.text) == (200, False, True)
    assert (count(Person), count(Interaction)) == (0, 0)


def test_the_meter_tells_nothing_of_a_hidden_firm(web, people):
    def missing(firm):
        chosen = firm.id if firm else ""
        asked = web.get("/inquiries/new", query_string={"organization": chosen}).text
        told = web.post("/inquiries/meter", data={"firm": chosen}).text
        return [re.search(r"(\d+) missing to count", page)[1] for page in (asked, told)]

    assert missing(client_of("Inland", postal_code="93301")) < missing(None)
    secret = secluded(client_of("Inland", postal_code="93301", counselor=people["clara"]))
    for hidden in (secret, client_of("Bay", postal_code="93301")):
        assert missing(hidden) == missing(None)


def test_an_inquiry_is_taken_in_one_form(web):
    assert problems_of(web.get("/inquiries/new").text) == []
    data = inquiry(**{"firm-typed": "Vista Predictive", "title": "Call back", "due_on": "2026-12-10"})
    assert web.post("/inquiries/new", data=data).status_code == 303
    assert [o.label for o in db.session.scalars(sa.select(Organization))] == ["Vista Predictive"]
    assert [p.label for p in db.session.scalars(sa.select(Person))] == ["Rosa Delgado"]
    assert (contacts()[0].subject, db.session.scalars(sa.select(FollowUp.title)).all()) == (
        "Inquiry: Vista Predictive",
        ["Call back"],
    )


def test_an_inquiry_of_a_known_firm_goes_there(web, client_firm):
    web.post("/inquiries/new", data=inquiry(**{"firm-typed": "Tri-Valley Sensors"}))
    assert (count(Organization), db.session.scalar(sa.select(InteractionClient.client_id))) == (1, client_firm.id)


def test_an_inquiry_of_a_nearly_known_firm_asks(web, client_firm):
    data = inquiry(**{"firm-typed": "Tri-Valley Sensorz"})
    answer = web.post("/inquiries/new", data=data)
    assert answer.status_code == 422
    assert "Another firm: add “Tri-Valley Sensorz”" in answer.text
    assert f'name="firm" value="{client_firm.id}"' in answer.text
    assert web.post("/inquiries/new", data=data | {"firm-new": "Tri-Valley Sensorz"}).status_code == 303
    assert count(Organization) == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("name", ""),
        ("name", "x" * 10_000),
        ("due_on", "1899-01-01"),
        ("reach", "a@b@c"),
        ("minutes", "many"),
        ("wish", "x" * 501),
    ],
)
def test_an_inquiry_that_cannot_be_keeps_nothing_but_the_text(web, name, text):
    data = inquiry(**{"firm-typed": "Vista", "title": "Call", "due_on": "2026-12-10"}) | {name: text}
    answer = web.post("/inquiries/new", data=data)
    assert (answer.status_code, text in answer.text) == (422, True)
    assert (count(Organization), count(Person), contacts(), count(FollowUp)) == (0, 0, [], 0)


def test_an_inquiry_twice_is_one(web):
    data = inquiry(uid="5b0e0f6a-0000-4000-8000-000000000002", **{"firm-typed": "Vista"})
    assert [web.post("/inquiries/new", data=data).status_code for _ in range(2)] == [303, 303]
    assert (count(Organization), count(Person), len(contacts())) == (1, 1, 1)


def test_the_list_shows_filters_and_exports(web, log, actor, wang, client_firm):
    log(parties=[Party(wang.id)], clients=[ForClient(client_firm.id, 20, 5)], subject="Air network", what=Kind.meeting)
    log(by=actor("boris"), subject="Of the Bay")
    page = web.get("/interactions/").text
    assert problems_of(page) == []
    assert ("Air network" in page, "Of the Bay" in page) == (True, False)
    for query in ("kind=call", "from=2026-12-08", "to=2026-12-06", "state=planned", "client=Redwood"):
        assert "Air network" not in web.get(f"/interactions/?{query}").text, query
    for query in (
        "kind=meeting",
        "from=2026-12-07",
        "to=2026-12-07",
        "staff=me",
        "client=Tri-Valley",
        f"client={client_firm.id}",
        "q=xiaoming",
    ):
        assert "Air network" in web.get(f"/interactions/?{query}").text, query
    assert web.get("/interactions/?colour=red").status_code == 400


def test_an_export_is_what_an_import_reads(web, log, wang, client_firm, step, people):
    from crm.imports.readers.heading_words import INTERACTIONS

    row = log(
        parties=[Party(wang.id)], clients=[ForClient(client_firm.id, 20, 5, funder_id=step.id)], notes="Said a lot"
    )
    lines = web.get("/interactions/?as=csv").text.lstrip("\ufeff").splitlines()
    cells = dict(zip(*[[c.strip('"') for c in line.split('","')] for line in lines], strict=True))
    assert set(cells) == set(INTERACTIONS)
    assert cells == cells | {
        "date": "2026-12-07",
        "time": "14:00",
        "kind": "meeting",
        "state": "held",
        "people": "Wang Xiaoming",
        "uid": row.uid,
        "client": "Tri-Valley Sensors",
        "contact_minutes": "20",
        "prep_minutes": "5",
        "funder": step.name,
        "notes": "Said a lot",
    }


def test_the_china_desk_sees_no_funder(client, people, log, client_firm, step):
    row = log(clients=[ForClient(client_firm.id, 20, funder_id=step.id)])
    shen = client.login_as("shen")
    assert "funder" not in shen.get("/interactions/?as=csv").text.splitlines()[0]
    assert step.name not in shen.get(f"/interactions/{row.id}/edit").text


@pytest.mark.parametrize("number", [1, 50])
def test_pages_ask_the_same_number_of_questions_for_one_and_for_fifty(web, log, wang, client_firm, sql, number):
    for n in range(number):
        log(parties=[Party(wang.id)], clients=[ForClient(client_firm.id, 20)], subject=f"Contact {n}")
    web.get("/interactions/")
    sql.clear()
    assert web.get("/interactions/").status_code == 200
    assert len(sql) <= 11, sql


@pytest.mark.parametrize(
    ("path", "field"), [("/inquiries/new", "name"), ("/interactions/log", "say"), ("/interactions/paste", "mail")]
)
def test_blanks_are_no_answer(web, path, field):
    before = contacts()
    answer = web.post(path, data={field: " \u3000 \n", "heard": "call", "due_on": "2026-12-09"})
    assert (answer.status_code, contacts()) == (422, before)
    assert any(text in answer.text for text in ("A name is enough", "Say what happened", "Paste a mail"))


def test_edit_with_a_file_that_comes_twice_keeps_it_once(web, log, wang):
    row = log(parties=[Party(wang.id)])
    version = str(row.version)

    def send():
        data = form(what="meeting", people=str(wang.id), subject=row.subject, version=version, uid=row.uid)
        data |= {"files": (io.BytesIO(b"price list"), "prices.txt")}
        return web.post(f"/interactions/{row.id}/edit", data=data, content_type="multipart/form-data")

    assert [send().status_code for _ in range(2)] == [303, 409]
    assert count(Attachment) == 1
