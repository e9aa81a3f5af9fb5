"""Facts of a record page that are edited in place: which ones, their forms, rights, refusals, history and undo."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest

from crm.core.data.base import db
from crm.opportunities.stages import Certainty
from crm.people.policy import ConsentKind, Month
from crm.projects.services import add_project
from crm.shows.services import save_show
from tests.factories import client_of, organization, person, product
from tests.factories.impact import make_milestone
from tests.factories.opportunities import CLEARED, make_opportunity
from tests.laws.fill import Forms

FRAGMENT = {"HX-Target": "cell-form"}
DAY = date(2026, 12, 8)
PERSON = {
    "family_native": "王",
    "given_native": "小明",
    "english_name": "Simon",
    "pronunciation": "Wáng Xiǎomíng",
    "languages": "Mandarin, English",
    "mail_language": "zh-Hans",
    "linkedin": "https://www.linkedin.com/in/simon",
    "address": "1 Canal Road",
    "native_address": "运河路1号",
    "consent": ConsentKind.card,
    "consent_place": "Water Expo",
    "consent_on": DAY,
    "birth_month": Month.may,
    "birth_day": 4,
    "birth_year": 1970,
    "note": "Prefers WeChat",
}
ORGANIZATION = {
    "country": "CN",
    "city": "Suzhou",
    "region": "Jiangsu",
    "address": "2 Canal Road",
    "native_address": "运河路2号",
    "postal_code": "215000",
    "website": "https://port.example",
    "uscc": "91350100M000100Y43",
}
OPPORTUNITY = {"amount": Decimal(100), "close_on": DAY, "certainty": Certainty.likely}
PROJECT = {
    "name": "Canal works",
    "country": "CN",
    "city": "Suzhou",
    "heard_on": DAY,
    "corridor": "Pinglu",
    "value": Decimal(900),
    "currency": "USD",
    "funding": "Not known yet",
    "description": "Two locks",
}
SHOW = {
    "name": "Water Expo",
    "starts_on": DAY,
    "ends_on": DAY,
    "city": "Suzhou",
    "country": "CN",
    "venue": "Expo Hall",
    "halls": "2 and 3",
    "staff_days": 3,
    "note": "Bring adapters",
}


@pytest.fixture
def anna(client, people):
    return client.login_as("anna")


@pytest.fixture
def make_record(actor, people):
    """Return a function that adds a record of a kind with a value in each fact."""

    def make(kind):
        owner = people["anna"]
        anna, client = actor("anna"), client_of("Inland", "ClearAir Sensors", counselor=owner)
        makers = {
            "people": lambda: person("Wang", "Xiaoming", **PERSON),
            "organizations": lambda: organization("Port Alpha", **ORGANIZATION),
            "opportunities": lambda: make_opportunity(
                client, counselor=owner, **OPPORTUNITY, second_counselor_id=people["clara"].id
            ),
            "projects": lambda: add_project(anna, PROJECT),
            "shows": lambda: save_show(anna, SHOW),
            "products": lambda: product(
                client, hs6="902680", naics="332911", certificates="CE", capacity_number=Decimal(3), **CLEARED
            ),
            "milestones": lambda: make_milestone(
                client, amount=Decimal(50), jobs=2, country="CN", reported_on=DAY, evidence="Letter"
            ),
        }
        row = makers[kind]()
        db.session.flush()
        return row

    return make


def fields_in(page: str) -> list[str]:
    """Return the fields that the links beside facts open, with commas."""
    return [
        names or first
        for first, names in re.findall(r'class="fact-e"[^>]*#(\w+)"[^>]*?(?:data-fields="([^"]+)")?>', page)
    ]


def fact_url(listing: str, row, fields: str) -> str:
    return f"/bulk/cells/{row.id}?list={listing}&fields={fields}"


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("people", 15),
        ("organizations", 7),
        ("opportunities", 8),
        ("projects", 7),
        ("shows", 9),
        ("products", 9),
        ("milestones", 8),
    ],
)
def test_each_fact_opens_its_fields_and_saves_them(anna, make_record, kind, count):
    row = make_record(kind)
    page = anna.get(f"/{kind}/{row.id}").text
    fields = fields_in(page)
    assert len(fields) == count, fields
    for names in fields:
        url = fact_url(kind, row, names)
        (form,) = Forms(anna.get(url, headers=FRAGMENT).text).forms
        inputs = [one.name for one in form.fields.values() if not one.is_hidden and not one.name.endswith("-typed")]
        assert inputs == names.split(",")
        data = {one.name: one.value for one in form.fields.values()}
        saved = anna.post(url, data=data, headers=FRAGMENT)
        assert (saved.status_code, "<form" in saved.text.split("data-toasts")[0]) == (200, False), (names, saved.text)


@pytest.mark.parametrize(
    "kind", ["people", "organizations", "opportunities", "projects", "shows", "products", "milestones"]
)
def test_link_beside_a_fact_leads_to_its_field_in_the_form(anna, make_record, kind):
    row = make_record(kind)
    links = re.findall(r'class="fact-e"\s+href="([^"#]+)#(\w+)"', anna.get(f"/{kind}/{row.id}").text)
    form = anna.get(links[0][0]).text
    assert [name for _url, name in links if f'id="{name}"' not in form] == []


def test_saved_fact_is_on_the_page_and_in_the_history_and_is_undone(anna):
    row = organization("Port Alpha", city="Suzhou", region="Jiangsu")
    data = {"city": "Ningbo", "region": "Zhejiang", "version": row.version}
    response = anna.post(fact_url("organizations", row, "city,region"), data=data, headers=FRAGMENT).text
    assert "<tr" not in response
    assert "Ningbo, Zhejiang" in anna.get(f"/organizations/{row.id}").text
    assert "Ningbo" in anna.get(f"/records/{row.id}/history").text
    undo_url = unescape(re.search(r'action="([^"]+)" data-undo>', response)[1])
    anna.post(undo_url, data={"next": f"/organizations/{row.id}"})
    assert "Suzhou, Jiangsu" in anna.get(f"/organizations/{row.id}").text


def test_invalid_and_stale_facts_are_inputs_with_the_entered_text(anna, make_record):
    row = make_record("shows")
    data = {"starts_on": "2026-12-09", "ends_on": "2026-12-08", "version": row.version}
    refused = anna.post(fact_url("shows", row, "starts_on,ends_on"), data=data, headers=FRAGMENT)
    assert (refused.status_code, 'value="2026-12-09"' in refused.text, 'class="err"' in refused.text) == (
        422,
        True,
        True,
    )
    stale = anna.post(
        fact_url("shows", row, "venue"), data={"venue": "Hall 7", "version": row.version - 1}, headers=FRAGMENT
    )
    assert (stale.status_code, 'value="Hall 7"' in stale.text, "Expo Hall" in stale.text) == (409, True, True)
    assert row.venue == "Expo Hall"


def test_facts_are_edited_only_by_those_who_may_edit_the_record_and_see_the_value(client, make_record):
    opportunity, show, milestone = map(make_record, ("opportunities", "shows", "milestones"))
    client.login_as("boris")
    assert client.get(fact_url("opportunities", opportunity, "amount,currency")).status_code == 404
    client.login_as("anna")
    assert client.get(fact_url("shows", show, "venue,cost")).status_code == 400
    assert client.get(fact_url("people", show, "note")).status_code == 404
    client.login_as("shen")
    milestone.team_id = None
    db.session.flush()
    assert [
        client.get(fact_url("milestones", milestone, names)).status_code for names in ("jobs", "amount,currency")
    ] == [200, 400]
