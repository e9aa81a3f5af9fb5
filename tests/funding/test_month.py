"""My month: reasons, the form in the row, and other counselors."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.core.data.identity import Membership
from crm.funding.queries.sessions import list_sessions
from crm.interactions.models import InteractionClient, InteractionTime
from crm.interactions.policy import InteractionState
from crm.organizations.models import Client, ClientAgreement, DatedFact
from crm.reference.models import Funder
from tests.factories import client_of

from .conftest import complete_client

DAY = date(2026, 12, 7)


def facts_url(row, client) -> str:
    return f"/funding/month/{row.id}/{client.id}"


def test_month_shows_sessions_with_reasons_and_totals(web, client_firm, session_for):
    complete_client(client_firm)
    session_for(client_firm, contact=90)
    other = client_of("Inland", "Bay Cold Chain")
    row = session_for(other, contact=30, funder=None)
    page = web.get("/funding/month?at=2026-12-01").text
    assert "Counts</span>" in page
    assert "No agreement on this date" in page
    assert facts_url(row, other) in page
    assert "1.5 h" in page
    assert "State Trade Expansion Program" in page


def test_hours_of_planned_sessions_are_in_no_total(web, client_firm, session_for):
    session_for(client_firm, contact=30, funder=None)
    session_for(client_firm, contact=90, funder=None, state=InteractionState.planned)
    page = web.get("/funding/month?at=2026-12-01").text
    assert "1.5 h" not in page
    assert page.count("0.5 h") == 2


@pytest.mark.parametrize("time_known", [True, False])
def test_planned_session_is_asked_about_after_its_start(web, client_firm, session_for, clock, session, time_known):
    complete_client(client_firm)
    row = session_for(client_firm, contact=90, state=InteractionState.planned)
    row.time_known = time_known
    session.commit()
    for since_start, is_asked in ((-1440, False), (-1, not time_known), (0, True)):
        clock.set(row.at + timedelta(minutes=since_start))
        page = web.get("/funding/month?at=2026-12-01").text
        assert "Planned</span>" in page
        assert ("Did it happen?" in page) is is_asked


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"sales": "-5", "figures_on": "12/01/2026", "source": "Client"}, "Enter a number of at least 0."),
        ({"naics": "33451a"}, "Enter six digits, such as 332911."),
        ({"naics": "3345"}, "Enter six digits, such as 332911."),
    ],
)
def test_facts_that_the_client_form_refuses_are_refused(web, client_firm, session_for, session, values, message):
    row = session_for(client_firm)
    answer = web.post(facts_url(row, client_firm), data=values | {"countable": "y", "version": row.version})
    assert (answer.status_code, message in answer.text) == (422, True)
    assert session.scalars(sa.select(DatedFact)).all() == []


def test_printed_month_names_the_month_and_the_counselor(web, people):
    page = web.get("/funding/month?at=2026-12-01").text.replace("\xa0", " ")
    assert f'd-print-block">December 2026 · {people["anna"].name}</p>' in page


def test_empty_month_says_what_to_do(web):
    page = web.get("/funding/month?at=2020-05-01").text
    assert "No sessions this month" in page
    assert "Log interaction" in page


def test_empty_month_leads_to_the_month_before_of_the_same_counselor(client, people):
    page = client.login_as("clara").get(f"/funding/month?at=2020-01-15&user={people['anna'].id}").text
    url = f"/funding/month?at=2019-12-31&amp;user={people['anna'].id}"
    assert f'<a class="btn btn-bare" href="{url}">Show December 2019</a>' in page


def test_everything_missing_is_added_in_the_row(web, anna, client_firm, session_for, step, session):
    row = session_for(client_firm, contact=0, funder=None)
    page = web.get(facts_url(row, client_firm)).text
    assert 'name="county"' in page
    # A heading cell before the form would take the first column, and leave a phone no room for the form.
    assert re.search(r'<tr>\s*<th scope="row" colspan="7" class="card-x whole">', page)
    assert 'name="reached"' not in page
    values = {"contact": 40, "funder_id": step.id, "agreement_on": "12/01/2026", "county": "Kern", "legal_form": "llc"}
    values |= {"founded_on": "01/01/2019", "staff": 7, "sales": "500000", "currency": "USD", "countable": "y"}
    values |= {"figures_on": "12/01/2026", "source": "Client, by phone", "version": row.version}
    response = web.post(facts_url(row, client_firm), data=values)
    assert (response.status_code, response.headers["Location"].partition("#")[2]) == (
        303,
        f"s{row.id}-{client_firm.id}",
    )
    session.expire_all()
    assert list_sessions(anna, DAY, DAY)[0].reasons == ()
    assert session.get(InteractionTime, (row.id, client_firm.id, anna.id)).contact == 40


def test_blank_fields_change_nothing(web, client_firm, session_for, session):
    row = session_for(client_firm, contact=45)
    data = {"county": "", "staff": "", "version": row.version}
    assert web.post(facts_url(row, client_firm), data=data).status_code == 303
    assert session.scalar(sa.select(sa.func.count(DatedFact.id))) == 0
    assert session.get(InteractionTime, (row.id, client_firm.id, row.counselor_id)).contact == 45


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"staff": "7", "figures_on": "12/01/2026"}, "Enter who gave the figures."),
        ({"staff": "-1"}, "Enter a number of at least 0."),
        ({"contact": "1441"}, "Enter minutes from 0 to 1440"),
        ({"agreement_on": "yesterday"}, "Use the format"),
    ],
)
def test_invalid_entries_are_shown_in_the_row_with_the_text(web, client_firm, session_for, session, values, message):
    row = session_for(client_firm, contact=0)
    response = web.post(facts_url(row, client_firm), data=values | {"county": "Kern", "version": row.version})
    assert response.status_code == 422
    assert message in response.text
    assert 'value="Kern"' in response.text
    session.expire_all()
    assert session.get(Client, client_firm.id).county is None
    assert session.scalar(sa.select(sa.func.count(ClientAgreement.id))) == 0


def test_funder_whose_award_has_not_begun_is_refused(web, client_firm, session_for, session):
    later = Funder(code="ITA", name="ITA", from_on=date(2027, 1, 1))
    session.add(later)
    session.flush()
    row = session_for(client_firm, funder=None)
    response = web.post(facts_url(row, client_firm), data={"funder_id": later.id, "version": row.version})
    assert (response.status_code, "Choose a funder whose award includes" in response.text) == (422, True)
    session.expire_all()
    assert session.get(InteractionClient, (row.id, client_firm.id)).funder_id is None


def test_china_desk_neither_sees_nor_sets_funder_and_sales(client, actor, client_firm, session_for, session, step):
    row = session_for(client_firm, funder=None, contact=0, staff_ids=[actor("shen").id])
    shen = client.login_as("shen")
    page = shen.get(facts_url(row, client_firm)).text
    assert 'name="county"' in page
    for name in ("funder_id", "sales", "currency"):
        assert f'name="{name}"' not in page
    data = {"funder_id": step.id, "sales": "5", "contact": "10", "version": row.version}
    assert shen.post(facts_url(row, client_firm), data=data).status_code == 303
    session.expire_all()
    assert session.get(InteractionClient, (row.id, client_firm.id)).funder_id is None
    assert session.get(InteractionTime, (row.id, client_firm.id, actor("shen").id)).contact == 10


def test_only_managers_and_administrators_choose_a_counselor(client, people, client_firm, session_for):
    session_for(client_firm)
    anna_id = people["anna"].id
    assert client.login_as("dora").get(f"/funding/month?user={anna_id}").status_code == 400
    page = client.login_as("clara").get(f"/funding/month?at=2026-12-01&user={anna_id}").text
    assert (client_firm.label in page, f"Monthly sessions of {people['anna'].name}" in page) == (True, True)


def test_manager_adds_what_sessions_of_a_deactivated_counselor_lack(client, people, session, client_firm, session_for):
    session_for(client_firm, subject="Label review")
    people["anna"].active = False
    session.flush()
    page = client.login_as("clara").get(f"/funding/month?user={people['anna'].id}&at={DAY}").text
    assert ("Label review" in page, "Anna Reyes (deactivated)</option>" in page) == (True, True)


def test_counselors_to_choose_are_those_of_the_own_teams(client, people):
    boris = people["boris"]
    options = {
        name: f"{boris.name}</option>" in client.login_as(name).get("/funding/month").text for name in ("clara", "nora")
    }
    assert options == {"clara": False, "nora": True}
    url = f"/funding/month?user={boris.id}"
    assert [client.login_as(name).get(url).status_code for name in ("clara", "nora")] == [400, 200]


@pytest.mark.parametrize(("name", "sees_all"), [("nora", True), ("admin", False)])
def test_users_without_a_team_choose_themselves_and_whose_months_they_see(client, people, session, name, sees_all):
    for row in session.scalars(sa.select(Membership).where(Membership.user_id == people[name].id)):
        session.delete(row)
    session.commit()
    page = client.login_as(name).get("/funding/month").text
    own = f'<option value="{people[name].id}" selected>{people[name].name}</option>'
    assert (own in page, f"{people['boris'].name}</option>" in page) == (True, sees_all)


def test_session_of_another_team_is_not_found(client, client_firm, session_for):
    row = session_for(client_firm)
    boris = client.login_as("boris")
    assert boris.get(facts_url(row, client_firm)).status_code == 404
    assert boris.post(facts_url(row, client_firm), data={"county": "Kern"}).status_code == 404


def test_pages_of_the_interaction_and_client_show_what_counts(web, client_firm, session_for):
    row = session_for(client_firm, contact=90)
    page = web.get(f"/interactions/{row.id}").text
    assert "Counts for the funder?" in page
    assert "No agreement on this date" in page
    assert facts_url(row, client_firm) in page
    page = web.get(f"/organizations/{client_firm.id}").text
    assert "Counseling this fiscal year" in page
    assert "0 of 1 sessions count" in page
    complete_client(client_firm)
    assert "Counts for State Trade Expansion Program" in web.get(f"/interactions/{row.id}").text


def test_row_of_a_session_names_filed_reports_only_if_its_facts_are_counted_in_one(
    web, report, client_firm, session_for, session
):
    complete, before_agreement = (
        session_for(client_firm, wall=datetime(year, 9, 1, 9), funder=None) for year in (2026, 2025)
    )
    session.commit()
    notice = "Counted in a filed report"
    assert notice not in web.get(facts_url(complete, client_firm)).text
    assert notice in web.get(facts_url(before_agreement, client_firm)).text
