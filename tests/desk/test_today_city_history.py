"""Today, a city and a history: what stands there, and what never does."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crm.core.audit import Via, act_as
from crm.followups.services import add_follow_up, change_follow_up
from crm.interactions.services import Party, Told, log_interaction
from crm.projects.services import add_project
from tests.factories import affiliation, client_of, organization, person
from tests.factories.cases import case

pytestmark = pytest.mark.usefixtures("people")
DAY = date(2026, 3, 10)


def test_today_is_headed_by_its_day_and_empty_at_first(client, clock):
    page = client.login_as("anna").get("/").text
    assert "Tuesday 10 March" in page
    assert "Nothing needs you today" in page


def test_today_has_own_promises_with_their_keys_and_none_of_others(client, actor, session):
    firm = client_of("Inland", "Tri-Valley Sensors")
    add_follow_up(actor("anna"), {"title": "Send price", "due_on": DAY}, about=[firm.id])
    add_follow_up(actor("clara"), {"title": "Of clara", "due_on": DAY}, about=[firm.id])
    moved = add_follow_up(actor("anna"), {"title": "Of another team", "due_on": DAY})
    moved.team_id = client_of("Bay").team_id
    session.flush()
    page = client.login_as("anna").get("/").text
    assert "Send price" in page
    assert 'data-key="d"' in page
    assert [w for w in ("Of clara", "Of another team") if w in page] == []


def test_a_city_shows_whom_one_may_know_and_no_job_at_a_hidden_firm(client, actor):
    here = {"city": "Ningbo", "country": "CN"}
    foreign = client_of("Bay", "Bay Port Works", **here)
    organization("Ningbo Port Bureau", **here)
    wang = person("Wang", "Guodong", **here)
    affiliation(wang, foreign, title="Secret adviser")
    wang.team_id = None
    add_follow_up(actor("boris"), {"title": "Promise of Bay", "due_on": DAY}, about=[wang.id])
    add_follow_up(actor("anna"), {"title": "Promise of Inland", "due_on": DAY}, about=[wang.id])
    page = client.login_as("anna").get("/cities/ningbo").text
    assert [w for w in ("Guodong", "Ningbo Port Bureau", "Promise of Inland") if w not in page] == []
    assert [w for w in ("Bay Port Works", "Secret adviser", "Promise of Bay") if w in page] == []
    assert client.get("/cities/atlantis").status_code == 404


def test_a_city_tells_the_last_word_one_may_read_who_of_us_and_what_is_next(client, actor, session):
    here = {"city": "Ningbo", "country": "CN", "zone": "Asia/Shanghai"}
    bureau = organization("Ningbo Port Bureau", **here)
    wang, silent = person("Wang", "Guodong", at=bureau, title="Director"), person("Lu", "Min", **here)
    for who, day, subject in (("clara", 3, "Which meters fit tidal water"), ("boris", 8, "Word of Bay")):
        word = {"subject": subject, "wall": datetime(2026, 3, day, 9), "zone": "UTC"}
        log_interaction(actor(who), word, Told(parties=[Party(person_id=wang.id)]))
    promise = add_follow_up(actor("anna"), {"title": "Meter list", "due_on": date(2026, 3, 12)}, about=[wang.id])
    lead = add_project(actor("anna"), {"name": "Ningbo water plant", "city": "Ningbo"})
    pumps = case(title="Pumps for the plant", project_id=lead.id)
    page = client.login_as("anna").get("/cities/ningbo").text
    seen = ("Director, Ningbo Port Bureau", "Which meters fit tidal water", "Clara Whitfield", "Ningbo water plant",
            pumps.label, f'href="/followups/{promise.id}"', "No next step", "Shanghai")  # fmt: skip
    assert [w for w in seen if w not in page] == []
    assert "Word of Bay" not in page
    assert silent.label in page


def test_history_speaks_in_words_and_in_the_readers_time(client, actor, session, people, clock):
    anna = actor("anna")
    act_as(session(), anna, Via.web)
    row = add_follow_up(anna, {"title": "Send price", "due_on": DAY})
    session.flush()
    clock.set(datetime(2026, 3, 11, 1, 30, tzinfo=UTC))
    change_follow_up(anna, row, {"due_on": date(2026, 3, 12)})
    row.counselor_id = people["clara"].id
    session.flush()
    page = client.login_as("anna").get(f"/records/{row.id}/history").text
    assert "Tue 10 Mar, 18:30" in page
    assert "12 Mar 2026" in page
    assert "Clara Whitfield" in page
    assert "2026-03-12" not in page
