"""Lists that only administrators edit."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.reference.models import DayOff, Funder, GiftLimit, LostReason, Rate, Sector
from crm.reference.queries import days_off, funders_on
from crm.reference.services import load_lists
from tests.tools.pages import submitted_values
from tests.tools.rows import count

pytestmark = pytest.mark.usefixtures("people")
HOLIDAY = {"country": "CN", "day": "2027-02-06", "name": "Spring Festival", "confirmed": "y"}


@pytest.mark.parametrize(("name", "status"), [("anna", 403), ("clara", 403), ("nora", 403), ("admin", 200)])
def test_only_administrators_see_the_lists(client, name, status):
    assert client.login_as(name).get("/lists/").status_code == status


def test_lists_lead_to_the_tags(client):
    assert 'href="/tags/"' in client.login_as("admin").get("/lists/").text


def test_added_holiday_counts(client, session):
    assert client.login_as("admin").post("/lists/days/new", data=HOLIDAY).status_code == 303
    assert days_off("CN") == {date(2027, 2, 6): False}


def test_same_day_twice_is_refused(client, session):
    client.login_as("admin").post("/lists/days/new", data=HOLIDAY | {"uid": "b3b7f2c0-0000-4000-8000-000000000001"})
    again = client.post("/lists/days/new", data=HOLIDAY | {"uid": "b3b7f2c0-0000-4000-8000-000000000002"})
    assert (again.status_code, "already exists" in again.text) == (422, True)
    assert session.scalar(sa.select(sa.func.count(DayOff.id))) == 1


@pytest.mark.parametrize(
    ("name", "data", "field"),
    [
        ("days", HOLIDAY, "day"),
        ("sectors", {"code": "x", "name": "New"}, "code"),
        ("funders", {"code": "x", "name": "New", "from_on": "2026-10-01"}, "code"),
        ("reasons", {"code": "x", "name": "New"}, "code"),
        ("rates", {"currency": "CNY", "on": "2026-10-01", "usd": "0.14"}, "on"),
        ("gifts", {"from_on": "2026-10-01", "usd": "50", "per_year": "4"}, "from_on"),
    ],
)
def test_error_about_an_entry_that_exists_leads_to_its_field(client, session, name, data, field):
    client.login_as("admin")
    for status in (303, 422):
        uid = f"b3b7f2c0-0000-4000-8000-000000000{status}"
        answer = client.post(f"/lists/{name}/new", data=data | {"uid": uid})
        assert answer.status_code == status
    assert f'href="#{field}"' in answer.text


def test_administrator_changes_a_row(client, session):
    session.add(Sector(code="x", name="Old"))
    session.flush()
    row = session.scalars(sa.select(Sector)).one()
    data = {"code": "x", "name": "New", "version": row.version}
    answer = client.login_as("admin").post(f"/lists/sectors/{row.id}/edit", data=data)
    assert answer.status_code == 303
    assert session.scalars(sa.select(Sector.name)).all() == ["New"]


def test_unknown_list_or_row_is_not_found(client):
    client.login_as("admin")
    assert [client.get(u).status_code for u in ("/lists/?list=zzz", "/lists/zzz/new", "/lists/days/99/edit")] == [
        404
    ] * 3


def test_every_list_has_table_and_form(client, session):
    load_lists()
    client.login_as("admin")
    for name in ("sectors", "funders", "reasons", "days", "rates"):
        assert client.get(f"/lists/?list={name}").status_code == 200
        assert client.get(f"/lists/{name}/new").status_code == 200
        assert client.post(f"/lists/{name}/new", data={}).status_code == 422


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        (
            "funders",
            {"code": "F", "name": "F", "from_on": "2026-10-01", "to_on": "2026-01-01"},
            "on or after the start date",
        ),
        ("rates", {"currency": "CNY", "on": "2026-10-01", "usd": "0"}, "such as 0.14"),
        ("rates", {"currency": "CNY", "on": "2026-10-01", "usd": "much"}, "such as 12.50"),
    ],
)
def test_invalid_row_is_refused(client, name, data, message):
    answer = client.login_as("admin").post(f"/lists/{name}/new", data=data)
    assert (answer.status_code, message in answer.text) == (422, True)


def test_lists_are_loaded_once(session):
    assert load_lists() > 20
    assert [count(table) > 0 for table in (Sector, Funder, LostReason, GiftLimit)] == [True] * 4
    assert load_lists() == 0


def test_funder_is_offered_during_its_award(session):
    session.add(Funder(code="F", name="Past", to_on=date(2025, 1, 1)))
    session.add(Funder(code="G", name="Now", from_on=date(2026, 1, 1)))
    session.add(Funder(code="H", name="Closed", active=False))
    session.flush()
    days = (date(2025, 1, 1), date(2025, 1, 2), date(2025, 12, 31), date(2026, 1, 1))
    assert [[f.name for f in funders_on(day)] for day in days] == [["Past"], [], [], ["Now"]]


@pytest.mark.parametrize(
    ("name", "model", "values", "field"),
    [
        ("sectors", Sector, {"code": "x", "name": "Old"}, "name"),
        ("funders", Funder, {"code": "F", "name": "Old"}, "name"),
        ("reasons", LostReason, {"code": "x", "name": "Old"}, "name"),
        ("days", DayOff, {"country": "CN", "day": date(2027, 2, 6), "name": "Old"}, "name"),
        (
            "rates",
            Rate,
            {"currency": "CNY", "on": date(2026, 10, 1), "usd": Decimal("0.14"), "source": "Old"},
            "source",
        ),
        ("gifts", GiftLimit, {"from_on": date(2026, 10, 1), "usd": Decimal(20), "per_year": 2, "note": "Old"}, "note"),
    ],
)
def test_older_form_does_not_overwrite_what_someone_saved_meanwhile(client, session, name, model, values, field):
    row = model(**values)
    session.add(row)
    session.flush()
    path = f"/lists/{name}/{row.id}/edit"
    data = submitted_values(client.login_as("admin").get(path).text, "")
    assert client.post(path, data=data | {field: "Theirs"}).status_code == 303
    late = client.post(path, data=data | {field: "Own", "changed_inputs": f"changed_inputs {field}"})
    assert (late.status_code, getattr(row, field)) == (409, "Theirs")
    assert "Your changes are still in the form below. The saved values are now:" in late.text
    assert client.post(path, data=submitted_values(late.text, "")).status_code == 303
    assert getattr(row, field) == "Own"


def test_list_names_what_its_button_adds_and_aligns_numbers(client, session):
    session.add_all(
        [
            Rate(currency="CNY", on=date(2026, day, 1), usd=Decimal(usd))
            for day, usd in ((1, "0.13"), (3, "0.15"), (2, "0.14"))
        ]
    )
    session.flush()
    page = client.login_as("admin").get("/lists/?list=rates").text
    assert ("Add exchange rate" in page, '<th scope="col" class="num">US dollars per unit</th>' in page) == (True, True)
    # On a phone the day is in the second line. The newest rate comes first.
    assert re.findall(r"<span>(\w+ \d)</span>", page) == ["Mar 1", "Feb 1", "Jan 1"]
    assert re.findall(r'<td class="num">(.*?)</td>', page) == ["0.15", "0.14", "0.13"]
    form = client.get("/lists/rates/new").text
    assert (form.count("New exchange rate"), form.count("Add exchange rate")) == (2, 1)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sectors", "Short name for imports, such as water. Users see the name."),
        ("funders", "Short name for the quick log (such as #step) and imports."),
        ("reasons", "Short, unique name, such as price. Users see the name."),
        ("days", "A weekend day on which offices are open."),
    ],
)
def test_form_explains_terms_that_only_administrators_meet(client, name, text):
    assert text in client.login_as("admin").get(f"/lists/{name}/new").text
