"""Each group of a custom report opens exactly its records, for every kind of records and every grouping."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from werkzeug.datastructures import MultiDict

from crm.core.data.base import db
from crm.core.lists import parse
from crm.core.lists.grouped import sum_groups
from crm.core.lists.grouping import GroupValue
from crm.core.lists.query import build_filtered
from crm.reports.custom.kinds import list_kinds
from crm.reports.custom.question import list_choices, parse_query
from tests.factories import client_of, person, product
from tests.fixtures.apps import app_with
from tests.reports.random_parts import add_random_parts
from tests.reports.random_records import add_random_records
from tests.reports.random_results import add_milestones, add_shows
from tests.reports.test_views import count_listed, numbers_of

pytestmark = pytest.mark.engine_in_turn


def add_records(people):
    """Add random records of all kinds."""
    for add in (add_random_records, add_milestones, add_shows, add_random_parts):
        add(people, 5)
    for n in range(4):
        person(f"Person {n}")
        product(name=f"Product {n}")


@pytest.fixture(scope="module")
def app(databases, engine) -> Iterator[Flask]:
    """Return an application with these records in its database."""
    with app_with(databases, engine, add_records) as app:
        yield app


def _count(listing, actor, url: str) -> int:
    state = parse(listing, MultiDict(parse_qsl(urlsplit(url).query)), actor)
    ids = build_filtered(listing, actor, state).with_only_columns(listing.row_id, maintain_column_froms=True)
    return db.session.scalar(sa.select(sa.func.count()).select_from(ids.subquery()))


@pytest.mark.parametrize("name", ["clara", "shen"])
def test_every_group_opens_as_many_records_as_it_counts(actor, clock, name):
    reader, wrong, checked = actor(name), [], 0
    with current_app.test_request_context():
        for kind in list_kinds(reader):
            question = parse_query(kind.name, "", reader)
            for grouping in list_choices(question.listing, reader):
                for group in sum_groups(question.listing, reader, question.counted, [[grouping]], None)[0]:
                    url = question.url_of(GroupValue(grouping, group.keys[0]))
                    checked += 1
                    if _count(question.listing, reader, url) != group.records:
                        wrong.append((url, group.records))
    assert wrong == []
    assert checked > 100


QUERIES = (
    ("opportunities", "by=stage&by2=counselor&measure=sum:amount&path=direct_sale"),
    ("opportunities", "by=sectors&by2=close.quarter&state=open"),
    ("interactions", "by=staff&by2=date.month"),
    ("interactions", "by=date.month&period=this_year"),
    ("interactions", "by=county&by2=date.quarter"),
    ("followups", "by=state&by2=counselor"),
    ("organizations", "by=county&role=client"),
    ("milestones", "by=type&by2=country"),
    ("assistance", "by=activity&by2=state"),
    ("partner_referrals", "by=partner&by2=has_result"),
    ("attendance", "by=event&by2=status"),
    ("attendance", "by=client&by2=on.month"),
    ("people", "by=country&archived=all"),
)


def test_every_number_on_the_page_opens_exactly_its_records(client, clock):
    reader, wrong = client.login_as("clara"), []
    for kind, query in QUERIES:
        numbers = numbers_of(reader.get(f"/reports/custom/build/{kind}?{query}").text)
        assert numbers, query
        wrong += [(url, n) for url, n in dict.fromkeys(numbers) if count_listed(reader, url) != n]
    assert wrong == []


def test_group_of_a_list_is_a_chip_and_stays_when_it_is_filtered(client, clock):
    page = client.login_as("clara").get("/opportunities/?in=stage:matched&in=close.month:2026-04").text
    assert "April 2026" in page
    assert page.count('<input type="hidden" name="in" value="stage:matched">') >= 1


@pytest.mark.parametrize(
    "value", ["color:red", "stage:no-such", "close.month:2026-13", "close.month:0001-01", "counselor:x", "stage"]
)
def test_unknown_group_is_refused(client, people, value):
    web = client.login_as("anna")
    assert web.get(f"/opportunities/?in={value}").status_code == (200 if value == "stage" else 400)


@pytest.mark.parametrize(("number", "status"), [(10, 200), (11, 400), (2000, 400)])
def test_list_has_a_limited_number_of_groups(client, people, number, status):
    groups = "&".join(f"in=county:{i}" for i in range(number))
    assert client.login_as("anna").get(f"/opportunities/?{groups}").status_code == status


def test_group_of_a_hidden_field_is_refused(client, people):
    assert client.login_as("shen").get("/milestones/?in=funder:1").status_code == 400
    assert client.login_as("anna").get("/milestones/?in=funder:1").status_code == 200


def test_group_of_a_hidden_record_has_no_name(client, people, session):
    secret = client_of("Bay", "Zqsecret Works", counselor=people["clara"], confidential=True)
    session.commit()
    page = client.login_as("anna").get(f"/opportunities/?in=client:{secret.id}")
    assert page.status_code == 200
    assert "Zqsecret" not in page.text
