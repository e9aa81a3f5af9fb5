"""Where people and organizations work: holidays of both countries at a U.S. post."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.calendars import Workplace
from crm.core.i18n.formats import as_read_by
from crm.people.models import PostHolder
from crm.people.queries import list_workplaces
from tests.factories import affiliation, holder, organization, person, post, post_role, team_id_of

pytestmark = pytest.mark.usefixtures("people", "clock")

SHANGHAI = "Asia/Shanghai"
TODAY = date(2026, 3, 10)
ABROAD, AT_POST = Workplace(SHANGHAI, ("CN",)), Workplace(SHANGHAI, ("CN", "US"))


@pytest.fixture
def officer(session):
    row = person("Whitcombe", "Daniel")
    row.zone, row.country = SHANGHAI, "CN"
    session.flush()
    return row


def test_post_has_the_holidays_of_both_countries_and_other_organizations_of_one(session):
    consulate, company, unknown = post("Consulate"), organization("Firm"), organization("Unknown")
    for row in (consulate, company):
        row.zone, row.country = SHANGHAI, "CN"
    unknown.zone = None
    session.flush()
    assert list_workplaces([consulate.id]) == [AT_POST]
    assert list_workplaces([company.id]) == [ABROAD]
    assert set(list_workplaces([company.id, consulate.id, unknown.id])) == {ABROAD, AT_POST}
    assert list_workplaces([unknown.id]) == list_workplaces([]) == []


@pytest.mark.parametrize(
    ("is_holder", "to_on", "expected"),
    [
        (False, None, AT_POST),
        (False, date(2026, 1, 1), ABROAD),
        (True, None, AT_POST),
        (True, TODAY + timedelta(days=1), AT_POST),
        (True, TODAY, ABROAD),
    ],
)
def test_current_officers_have_the_holidays_of_both_countries(officer, is_holder, to_on, expected):
    consulate = post("Consulate")
    role = post_role(consulate)
    if is_holder:
        holder(role, officer, to_on=to_on)
    else:
        affiliation(officer, consulate, to_on=to_on)
    assert list_workplaces([officer.id]) == [expected]


@pytest.mark.parametrize(("name", "expected"), [("anna", AT_POST), ("shen", ABROAD)])
def test_term_ends_on_the_day_of_the_reader(app, actor, clock, officer, name, expected):
    holder(post_role(post("Consulate")), officer, to_on=TODAY)
    # Still March 9 in Los Angeles, already March 10 in Shanghai and in UTC.
    clock.set(datetime(2026, 3, 10, 2, 0, tzinfo=UTC))
    with app.test_request_context(), as_read_by(actor(name)):
        assert list_workplaces([officer.id]) == [expected]


@pytest.mark.parametrize("is_holder", [False, True], ids=["employee", "holder"])
def test_post_of_a_team_and_other_people_at_a_post_change_nothing(session, officer, is_holder):
    of_team, shared = post("Of a team"), post("Shared")
    of_team.team_id = team_id_of("Bay")
    session.flush()
    if is_holder:
        session.add(PostHolder(post_role_id=post_role(of_team).id, person_id=officer.id))
        holder(post_role(shared), person("Somebody"))
    else:
        affiliation(officer, of_team)
        affiliation(person("Somebody"), shared)
    affiliation(officer, organization("Firm"))
    session.flush()
    assert list_workplaces([officer.id]) == [ABROAD]
