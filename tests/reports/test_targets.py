"""The pages of targets: who sets and sees them, what is refused, and what is signed of each."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership
from crm.core.errors import Invalid
from crm.opportunities.policy import OpportunityStage
from crm.reports.models import SalesTarget
from crm.reports.queries import list_saved_targets
from crm.reports.targets.services import save_target
from tests.factories import client_of, team_id_of
from tests.factories.opportunities import make_opportunity, move_at
from tests.reports.target_rows import YEAR, add_target

NEW = "/reports/targets/new"
pytestmark = pytest.mark.usefixtures("clock")


def form(**values) -> dict[str, str]:
    """Return the fields of a target of Inland for the federal fiscal year."""
    data = {"team_id": team_id_of("Inland"), "counselor_id": "", "from_on": YEAR.first, "to_on": YEAR.last}
    return {name: str(value) for name, value in (data | {"amount": "600000"} | values).items()}


def saved() -> list[tuple]:
    """Return the targets."""
    t = SalesTarget
    stmt = sa.select(t.team_id, t.counselor_id, t.from_on, t.to_on, t.amount).order_by(t.id)
    return [tuple(row) for row in db.session.execute(stmt)]


def test_manager_sets_a_target_that_the_form_opens_with_the_fiscal_year_for(client, people):
    web = client.login_as("clara")
    page = web.get(NEW).text
    chosen = re.findall(r'<option selected value="([^"]*)"', page.split("<main")[1])
    assert chosen == [str(team_id_of("Inland")), "", "2025-10-01", "2026-09-30"]
    answer = web.post(NEW, data=form(counselor_id=people["anna"].id))
    assert (answer.status_code, answer.location) == (303, "/reports/targets/")
    assert saved() == [(team_id_of("Inland"), people["anna"].id, YEAR.first, YEAR.last, 600_000)]
    page = web.get("/reports/targets/").text
    assert ("Target added." in page, "Federal FY 2026" in page, "Anna Reyes" in page) == (True, True, True)


def test_counselors_of_the_form_are_those_of_the_teams(client, people):
    page = client.login_as("clara").get(NEW).text
    assert [name in page.split('name="counselor_id"')[1] for name in ("Dora Lindqvist", "Boris Keller")] == [
        True,
        False,
    ]
    assert "Boris Keller" in client.login_as("nora").get(NEW).text


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"amount": "0"}, "Enter an amount above 0."),
        ({"amount": "-5"}, "Enter an amount above 0."),
        ({"amount": "0.004"}, "Enter an amount above 0."),
        ({"amount": "much"}, "Enter the amount without a currency, such as 1,200,000 or 1.2M."),
        ({"amount": "1000000000000"}, "Enter a smaller number."),
        ({"amount": ""}, "This field is required."),
        ({"from_on": "2026-03-01", "to_on": "2026-02-28"}, "Choose a last month on or after the first month."),
        ({"from_on": "2026-03-02"}, "Choose one from the list."),
        ({"from_on": "x"}, "Choose one from the list."),
        ({"team_id": "Bay"}, "Choose one from the list."),
    ],
)
def test_bad_input_is_refused_and_kept(client, people, values, message):
    values = {name: team_id_of("Bay") if text == "Bay" else text for name, text in values.items()}
    answer = client.login_as("clara").post(NEW, data=form(**{"amount": "777"} | values))
    assert (answer.status_code, message in answer.text, saved()) == (422, True, [])
    assert f'value="{values.get("amount", "777")}"' in answer.text


def test_counselor_of_another_team_is_refused(client, people):
    answer = client.login_as("nora").post(NEW, data=form(counselor_id=people["boris"].id))
    assert (answer.status_code, "Choose a counselor of this team." in answer.text, saved()) == (422, True, [])


def test_second_target_for_some_of_the_months_is_refused(client, people):
    target = add_target("Inland", 1000)
    web = client.login_as("clara")
    answer = web.post(NEW, data=form(from_on="2026-09-01", to_on="2026-10-31"))
    message = "Inland already has a target for Federal FY 2026. Change it, or choose other months."
    assert (answer.status_code, message in answer.text, len(saved())) == (422, True, 1)
    assert web.post(NEW, data=form(counselor_id=people["anna"].id)).status_code == 303
    assert web.post(NEW, data=form(from_on="2026-10-01", to_on="2026-10-31")).status_code == 303
    edited = form(amount="2000", version=target.version)
    assert web.post(f"/reports/targets/{target.id}/edit", data=edited).status_code == 303
    assert saved()[0][-1] == 2000


def test_database_refuses_the_same_target_twice(people):
    for counselor in (None, people["anna"]):
        add_target("Inland", 1000, counselor)
        with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
            add_target("Inland", 1000, counselor)


def test_service_refuses_another_team_and_keeps_a_counselor_who_left_it(people, actor):
    values = {"team_id": team_id_of("Bay"), "counselor_id": None, "from_on": YEAR.first, "to_on": YEAR.last}
    with pytest.raises(Invalid, match="Choose one of your teams"):
        save_target(actor("clara"), values | {"amount": 5})
    target, anna = add_target("Inland", 1000, people["anna"]), people["anna"]
    db.session.delete(db.session.scalars(sa.select(Membership).where(Membership.user_id == anna.id)).one())
    db.session.flush()
    values |= {"team_id": target.team_id, "counselor_id": anna.id, "amount": 7}
    assert save_target(actor("clara"), values, target).amount == 7


@pytest.mark.parametrize(
    ("name", "expected"),
    [("clara", (200, 303)), ("nora", (200, 303)), ("anna", (403, 403)), ("admin", (403, 403)), ("boris", (403, 403))],
)
def test_managers_change_and_delete_targets(client, people, name, expected):
    target = add_target("Inland", 1000)
    web, url = client.login_as(name), f"/reports/targets/{target.id}"
    assert (web.get(f"{url}/edit").status_code, web.post(f"{url}/delete").status_code) == expected
    assert len(saved()) == (0 if expected[1] == 303 else 1)


def test_targets_of_other_teams_are_not_found(client, people):
    target = add_target("Bay", 1000)
    web = client.login_as("clara")
    url = f"/reports/targets/{target.id}"
    assert [web.get(f"{url}/edit").status_code, web.post(f"{url}/delete").status_code, len(saved())] == [404, 404, 1]


def test_change_of_an_older_version_shows_both(client, people):
    target = add_target("Inland", 1000)
    web, url = client.login_as("clara"), f"/reports/targets/{target.id}/edit"
    web.post(url, data=form(amount="2000", version=1))
    answer = web.post(url, data=form(amount="3000", version=1))
    assert (answer.status_code, "2000" in answer.text, saved()[0][-1]) == (409, True, 2000)


def test_each_reader_sees_the_targets_of_the_teams_and_staff_of_counselors_only_their_own(people, actor):
    for team, counselor in (("Inland", None), ("Inland", "anna"), ("Inland", "dora"), ("Bay", "boris")):
        add_target(team, 1000, people[counselor] if counselor else None)
    names = {"anna": ["Inland", "Anna Reyes"], "admin": ["Inland"], "boris": ["Boris Keller"]}
    names["clara"] = ["Inland", "Anna Reyes", "Dora Lindqvist"]
    names["nora"] = ["Boris Keller", *names["clara"]]
    for name, expected in names.items():
        assert [x.counselor or x.team for x in list_saved_targets(actor(name), 60)] == expected, name


def test_signed_is_what_the_forecast_counts(client, people, sql):
    inland = client_of("Inland", counselor=people["anna"])
    for amount, day, counselor in ((1000, 3, "anna"), (500, 28, "dora"), (9000, 1, "anna")):
        row = make_opportunity(inland, amount=amount, counselor=people[counselor])
        month = 2 if amount < 9000 else 4
        move_at(row, OpportunityStage.quoted, OpportunityStage.contracted, datetime(2026, month, day, 20, tzinfo=UTC))
    secret = make_opportunity(inland, amount=70, confidential=True)
    move_at(secret, OpportunityStage.quoted, OpportunityStage.contracted, datetime(2026, 2, 3, tzinfo=UTC))
    quarter = {"first": date(2026, 1, 1), "last": date(2026, 3, 31)}
    add_target("Inland", 2000, **quarter)
    add_target("Inland", 4000, people["anna"], **quarter)
    add_target("Inland", 3000, first=date(2025, 10, 1), last=date(2025, 12, 31))
    web = client.login_as("anna")
    page = web.get("/reports/targets/").text
    rows = re.findall(r"<tr>.*?</tr>", page.split("<tbody>", 1)[1], re.DOTALL)
    texts = [re.findall(r"\$[\d,]+|\d+%", row) for row in rows if "<td" in row]
    assert texts == [["$2,000", "$1,500", "75%"], ["$4,000", "$1,000", "25%"], ["$3,000", "$0", "0%"]]
    forecast = web.get(re.search(r'href="(/reports/forecast[^"]*)"', page)[1].replace("&amp;", "&")).text
    assert re.search(r'Signed value</span>\s*<span class="v">\$1,500<', forecast)
    sql.clear()
    web.get("/reports/targets/")
    few = len(sql)
    for month in range(1, 9):
        add_target("Inland", 5, people["dora"], date(2026, month, 1), date(2026, month, 28))
        add_target("Inland", 5, people["anna"], date(2027, month, 1), date(2027, month, 28))
    web.get("/reports/targets/")
    sql.clear()
    web.get("/reports/targets/")
    assert len(sql) == few


def test_page_without_targets_says_what_they_are_for(client, people):
    pages = {name: client.login_as(name).get("/reports/targets/").text for name in ("anna", "clara")}
    assert all("A target is what a team or counselor plans to sign." in page for page in pages.values())
    assert [NEW in page for page in pages.values()] == [False, True]
    assert 'href="/reports/targets/"' in client.login_as("anna").get("/reports/").text
