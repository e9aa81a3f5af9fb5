"""The gifts that the report counts: days, users, confidential and rejected ones, and the order of recipients."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from html import unescape

import pytest

from crm.compliance.models import Gift
from crm.compliance.policy import GiftDirection, GiftKind, GiftState
from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.reports.queries import Scope, count_confidential_gifts, list_recipients, list_reported_gifts, sum_gifts
from tests.factories import make_confidential, organization, person
from tests.reports.test_views import count_listed, numbers_of

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)


@pytest.fixture
def add_gift(people, clock):
    """Return a function that adds a gift of a user to a person or an organization."""

    def add(name: str, day: date, usd: int | None = 10, **facts) -> Gift:
        values = {"direction": GiftDirection.by_us, "kind": GiftKind.gift, "state": GiftState.not_needed}
        values |= {"description": "Tea", "purpose": "Visit", "amount": Decimal(40), "usd": usd, "currency": "USD"}
        row = Gift(user_id=people[name].id, given_on=day, **values | facts)
        db.session.add(row)
        db.session.flush()
        return row

    return add


@pytest.fixture
def gifts(people, add_gift):
    """Return the gifts of Anna and Clara that the report of Inland counts, by date."""
    bureau, zhao, wu = organization("Bureau"), person("Zhao"), person("Wu")
    secret = make_confidential(person("Secret", team="Inland", counselor=people["anna"]))
    rows = [
        add_gift("anna", FIRST, 15, person_id=zhao.id, organization_id=bureau.id),
        add_gift("anna", date(2026, 2, 1), None, person_id=zhao.id, state=GiftState.needs_approval),
        add_gift("clara", date(2026, 2, 2), 30, organization_id=bureau.id),
        add_gift("anna", date(2026, 2, 3), 99, person_id=wu.id, state=GiftState.rejected),
        add_gift("anna", date(2026, 2, 4), 7, person_id=wu.id, direction=GiftDirection.to_us),
        add_gift("clara", LAST, 15, person_id=wu.id),
    ]
    add_gift("anna", date(2025, 12, 31), person_id=zhao.id)
    add_gift("anna", date(2026, 4, 1), person_id=zhao.id)
    add_gift("boris", FIRST, person_id=zhao.id)
    add_gift("anna", FIRST, person_id=zhao.id, archived_at=business_clock.now())
    add_gift("anna", FIRST, person_id=secret.id)
    return rows


def test_gifts_of_the_period_are_those_of_users_of_the_team(actor, gifts):
    scope = Scope(actor("anna"), (actor("anna").first_team_id,))
    rows = list_reported_gifts(scope, FIRST, LAST, 10)
    assert [row.id for row in rows] == [row.id for row in gifts]
    assert [(row.name, row.organization, row.user) for row in rows[1:3]] == [
        ("Zhao", None, "Anna Reyes"),
        ("Bureau", "Bureau", "Clara Whitfield"),
    ]
    assert [row.id for row in list_reported_gifts(scope, FIRST, LAST, 2)] == [row.id for row in gifts[:2]]
    assert count_confidential_gifts(scope, FIRST, LAST) == 1
    own = Scope(actor("anna"), scope.teams, counselor_id=actor("clara").id)
    assert [row.id for row in list_reported_gifts(own, FIRST, LAST, 10)] == [gifts[2].id, gifts[5].id]
    assert count_confidential_gifts(own, FIRST, LAST) == 0
    assert len(list_reported_gifts(Scope(actor("nora"), None), FIRST, LAST, 10)) == 7


def test_values_are_added_up_by_direction_and_status(actor, gifts):
    scope = Scope(actor("anna"), (actor("anna").first_team_id,))
    sums = {(row.direction, row.state): (row.number, row.with_usd, row.usd) for row in sum_gifts(scope, FIRST, LAST)}
    assert sums == {
        (GiftDirection.by_us, GiftState.not_needed): (3, 3, 60),
        (GiftDirection.by_us, GiftState.needs_approval): (1, 0, None),
        (GiftDirection.by_us, GiftState.rejected): (1, 1, 99),
        (GiftDirection.to_us, GiftState.not_needed): (1, 1, 7),
    }


def test_recipients_with_the_highest_value_come_first(actor, gifts):
    scope = Scope(actor("anna"), (actor("anna").first_team_id,))
    rows = [(row.name, row.number, row.usd, row.waiting, row.last_on) for row in list_recipients(scope, FIRST, LAST, 9)]
    assert rows == [
        ("Bureau", 1, 30, 0, date(2026, 2, 2)),
        ("Zhao", 2, 15, 1, date(2026, 2, 1)),
        ("Wu", 1, 15, 0, LAST),
    ]
    assert [row.name for row in list_recipients(scope, FIRST, LAST, 1)] == ["Bureau"]


@pytest.mark.parametrize(
    ("reader", "counselor"), [("anna", ""), ("anna", "&counselor=clara"), ("boris", ""), ("nora", "")]
)
def test_tiles_open_exactly_the_gifts_that_they_count(client, people, gifts, add_gift, reader, counselor):
    add_gift("clara", date(2026, 2, 5), 11, person_id=gifts[0].person_id, state=GiftState.rejected)
    counselor = counselor.replace("clara", str(people["clara"].id))
    web = client.login_as(reader)
    page = web.get(f"/reports/gifts?period=quarter&at=2026-03-01{counselor}").text
    numbers = numbers_of(page)
    assert [count_listed(web, url) for url, _number in numbers] == [number for _url, number in numbers]
    assert len(numbers) == 2
    tile = re.search(r'href="([^"]+)"[^>]*>\s*<span class="k">Given by us</span>\s*<span class="v">\$([^<]+)<', page)
    values = list(csv.DictReader(io.StringIO(web.get(f"{unescape(tile[1])}&as=csv").text.lstrip("\ufeff"))))
    assert sum(Decimal(row["usd"] or 0) for row in values) == Decimal(tile[2].replace(",", ""))


def test_recipient_whose_gifts_have_no_exchange_rate_is_noted(client, people, gifts):
    web, path = client.login_as("anna"), "/reports/gifts?period=quarter&at=2026-03-01"
    section = web.get(path).text.partition('id="recipients"')[2].partition("</section>")[0]
    rows = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in section.split("<tr>")[2:]]
    names = [row[0] for row in rows if "without an exchange rate" in " ".join(row)]
    assert (len(rows), names) == (3, ["Zhao"])
    archive = zipfile.ZipFile(io.BytesIO(web.get(f"{path}&as=csv").data))
    values = list(csv.DictReader(io.StringIO(archive.read("recipients.csv").decode().lstrip("\ufeff"))))
    assert [row["usd_unconverted"] for row in values] == ["", "1 without an exchange rate", ""]


def test_gift_without_an_exchange_rate_is_noted_and_shown_in_its_currency(client, people, gifts, add_gift):
    add_gift("anna", date(2026, 2, 6), None, person_id=gifts[0].person_id, currency="EUR")
    page = client.login_as("anna").get("/reports/gifts?period=quarter&at=2026-03-01").text
    assert "without 1 that wasn’t approved, 2 without an exchange rate" in unescape(page).replace("'", "’")
    assert "€40<" in re.sub(r"\s+<", "<", page)
