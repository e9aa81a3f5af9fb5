"""Pages of interactions: access, editing, list, export and number of statements."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.interactions.models import InteractionParty, InteractionStaff, InteractionTime
from crm.interactions.policy import InteractionState, InteractionType, SessionType
from crm.interactions.services import ClientMinutes, PartyValues
from crm.records.models import Attachment
from tests.interactions.lookups import NEW, form, list_interactions
from tests.tools.pages import problems_of, submitted_values
from tests.tools.rows import count


def test_edit_shows_and_changes_the_values(web, log, wang, client_firm):
    row = log(
        parties=[PartyValues(wang.id), PartyValues(label="engineers", count=2)],
        clients=[ClientMinutes(client_firm.id, 40, 15)],
        notes="before",
    )
    page = web.get(f"/interactions/{row.id}/edit").text
    assert problems_of(page) == []
    for piece in ("before", f'value="{wang.id}" selected', 'value="engineers"', 'value="40"', 'value="15"'):
        assert piece in page, piece
    data = form(type="meeting", people=str(wang.id), notes="after", version=str(row.version), subject=row.subject)
    data |= {"staff": row.counselor_id}
    data |= {"clients-0-client_id": str(client_firm.id), "clients-0-contact": "30", "clients-0-countable": "y"}
    assert web.post(f"/interactions/{row.id}/edit", data=data).status_code == 303
    assert (row.notes, db.session.scalars(sa.select(InteractionTime.contact)).all()) == ("after", [30])
    assert db.session.scalars(sa.select(InteractionParty.person_id)).all() == [wang.id]


def test_stale_edit_shows_both_versions(web, log):
    row = log(notes="mine")
    data = form(notes="theirs", version=str(row.version), staff=row.counselor_id)
    assert web.post(f"/interactions/{row.id}/edit", data=data).status_code == 303
    answer = web.post(f"/interactions/{row.id}/edit", data=data | {"notes": "late"})
    assert answer.status_code == 409
    assert ("theirs" in answer.text, "late" in answer.text, row.notes) == (True, True, "theirs")


def test_minutes_that_someone_changed_meanwhile_are_not_overwritten(client, people, log, wang, client_firm):
    row = log(parties=[PartyValues(wang.id)], clients=[ClientMinutes(client_firm.id, 40)], notes="mine")
    path = f"/interactions/{row.id}/edit"
    data = submitted_values(client.login_as("anna").get(path).text, "")
    assert client.login_as("clara").post(path, data=data | {"clients-0-contact": "30"}).status_code == 303
    late = client.login_as("anna").post(path, data=data | {"notes": "late"})
    contact = db.session.scalars(sa.select(InteractionTime.contact)).all()
    assert (late.status_code, row.notes, contact) == (409, "mine", [30])


def test_interaction_keeps_a_staff_member(web, people, log):
    row = log(staff_ids=[people["anna"].id, people["dora"].id])
    path = f"/interactions/{row.id}/edit"
    data = submitted_values(web.get(path).text, "")
    answer = web.post(path, data={name: value for name, value in data.items() if name != "staff"})
    assert (answer.status_code, "Choose at least one of our staff." in answer.text) == (422, True)
    people["dora"].active = False
    db.session.commit()
    data = submitted_values(web.get(path).text, "")
    assert web.post(path, data=data | {"notes": "Late"}).status_code == 303
    users = db.session.scalars(sa.select(InteractionStaff.user_id).where(InteractionStaff.interaction_id == row.id))
    assert set(users) == {people["anna"].id, people["dora"].id}


def test_interaction_saved_without_a_change_keeps_its_version(web, log, wang, client_firm):
    client_row = ClientMinutes(client_firm.id, 40, session_type=SessionType.face_to_face)
    row = log(parties=[PartyValues(wang.id)], clients=[client_row], about=[wang.id])
    path, version = f"/interactions/{row.id}/edit", row.version
    assert web.post(path, data=submitted_values(web.get(path).text, "")).status_code == 303
    assert row.version == version


def test_conflict_shows_only_changed_fields(web, log, wang, client_firm):
    row = log(parties=[PartyValues(wang.id)], clients=[ClientMinutes(client_firm.id, 40)], notes="mine")
    address = f"/interactions/{row.id}/edit"
    data = submitted_values(web.get(address).text, "")
    assert web.post(address, data=data | {"notes": "theirs", "clients-0-contact": "30"}).status_code == 303
    page = web.post(address, data=data | {"notes": "late"}).text
    shown_values = re.findall(
        r"<dt>([^<]*)</dt>\s*<dd[^>]*>([^<]*)</dd>",
        page.split("You changed this record in another tab or window")[1].split("</dl>")[0],
    )
    assert shown_values == [
        ("Clients and minutes", f"{client_firm.label} 30 Face-to-face Reportable"),
        ("Notes", "theirs"),
    ]


def test_conflict_says_who_changed_the_record(client, people, log):
    row = log(notes="mine")
    address = f"/interactions/{row.id}/edit"
    data = form(notes="theirs", version=str(row.version), staff=row.counselor_id)
    assert client.login_as("clara").post(address, data=data).status_code == 303
    page = client.post(address, data=data | {"notes": "late"}).text
    assert "You changed this record in another tab or window" in page
    page = client.login_as("anna").post(address, data=data | {"notes": "late"}).text
    assert "Someone else updated this record" in page


@pytest.mark.parametrize("path", ["", "edit", "move"])
def test_interaction_of_another_team_is_not_found(client, people, log, path):
    row = log()
    boris = client.login_as("boris")
    if path:
        assert boris.get(f"/interactions/{row.id}/{path}").status_code == 404
    assert boris.post(f"/interactions/{row.id}/outcome", data={"answer": "no"}).status_code == 404


@pytest.mark.parametrize("path", ["/interactions/", NEW, "/interactions/log", "/interactions/paste", "/inquiries/new"])
def test_guest_must_sign_in(client, people, path):
    assert client.get(path).headers["Location"].startswith("/login?next=")
    if path != "/interactions/":
        assert client.post(path, data=form()).status_code == 401


def test_wrong_methods_are_refused(web, log):
    row = log()
    assert web.get(f"/interactions/{row.id}/outcome").status_code == 405


def test_list_shows_and_filters(web, log, actor, wang, client_firm):
    log(
        parties=[PartyValues(wang.id)],
        clients=[ClientMinutes(client_firm.id, 20, 5)],
        subject="Air network",
        type=InteractionType.meeting,
    )
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


def test_export_has_the_columns_of_the_import(web, log, wang, client_firm, step, people):
    from crm.imports.readers.heading_texts import INTERACTIONS

    row = log(
        parties=[PartyValues(wang.id)],
        clients=[ClientMinutes(client_firm.id, 20, 5, funder_id=step.id)],
        notes="Said a lot",
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


def test_list_and_form_hide_the_funder_from_the_china_desk(client, people, log, client_firm, step):
    row = log(clients=[ClientMinutes(client_firm.id, 20, funder_id=step.id)])
    shen = client.login_as("shen")
    assert "funder" not in shen.get("/interactions/?as=csv").text.splitlines()[0]
    assert step.name not in shen.get(f"/interactions/{row.id}/edit").text


@pytest.mark.parametrize("number", [1, 50])
def test_list_runs_the_same_number_of_statements_for_any_length(web, log, wang, client_firm, sql, number):
    for n in range(number):
        log(parties=[PartyValues(wang.id)], clients=[ClientMinutes(client_firm.id, 20)], subject=f"Contact {n}")
    web.get("/interactions/")
    sql.clear()
    assert web.get("/interactions/").status_code == 200
    assert len(sql) <= 12, sql


@pytest.mark.parametrize(
    ("path", "field"), [("/inquiries/new", "name"), ("/interactions/log", "sentence"), ("/interactions/paste", "mail")]
)
def test_blank_required_field_is_refused(web, path, field):
    before = list_interactions()
    answer = web.post(path, data={field: " \u3000 \n", "channel": "call", "due_on": "2026-12-09"})
    assert (answer.status_code, list_interactions()) == (422, before)
    assert any(text in answer.text for text in ("Only the name is required.", "Describe what happened.", "Paste email"))


def test_repeated_edit_with_a_file_stores_it_once(web, log, wang):
    row = log(parties=[PartyValues(wang.id)])
    version = str(row.version)

    def send():
        data = form(type="meeting", people=str(wang.id), subject=row.subject, version=version, uid=row.uid)
        data |= {"staff": row.counselor_id}
        data |= {"files": (io.BytesIO(b"price list"), "prices.txt")}
        return web.post(f"/interactions/{row.id}/edit", data=data, content_type="multipart/form-data")

    assert [send().status_code for _ in range(2)] == [303, 409]
    assert count(Attachment) == 1


def test_list_begins_with_what_has_begun_and_leads_to_what_is_planned(web, log):
    log(datetime(2026, 12, 7, 9), subject="Monday's call")
    plan_only = web.get("/interactions/").text
    assert "Monday&#39;s call" in plan_only
    log(datetime(2026, 12, 17, 9), state=InteractionState.planned, subject="Next week's visit")
    page = web.get("/interactions/").text
    assert "Monday&#39;s call" in page
    assert "Next week&#39;s visit" not in page
    previous = re.search(r'rel="prev" href="([^"]+)"', page).group(1).replace("&amp;", "&")
    assert "Next week&#39;s visit" in web.get(previous).text
    assert "Next week&#39;s visit" in web.get("/interactions/?view=planned").text


def test_list_of_planned_interactions_alone_is_not_empty(web, log):
    log(datetime(2026, 12, 17, 9), state=InteractionState.planned, subject="Next week's visit")
    assert "Next week&#39;s visit" in web.get("/interactions/").text


def test_interactions_are_in_the_navigation(web):
    assert 'href="/interactions/"' in web.get("/people/").text
