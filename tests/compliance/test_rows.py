"""Gifts that a record shows, and what saving and deciding refuses, on both sides of each limit."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm.compliance.policy import GiftDirection, GiftState
from crm.compliance.queries import list_gifts, load_names
from crm.compliance.services import decide_gift, save_gift, set_archived
from crm.core.errors import Forbidden, Invalid, NotFound
from crm.people.policy import OfficialKind
from crm.shows.services import save_show
from tests.factories import affiliation, client_of, make_confidential, organization, person

TODAY = date(2026, 3, 10)


@pytest.fixture
def show(actor, people):
    values = {"name": "Smart City Fair", "zone": "Asia/Shanghai", "starts_on": TODAY, "ends_on": TODAY}
    return save_show(actor("anna"), values)


def test_record_shows_its_newest_open_gifts_with_visible_records(log_gift, zhao, bureau, show, actor, people):
    other = organization("Other")
    first = log_gift(zhao, given_on=date(2026, 3, 3), occasion_id=show.id)
    second = log_gift(zhao, given_on=date(2026, 3, 4))
    third = log_gift(None, organization_id=bureau.id, given_on=date(2026, 3, 4))
    log_gift(person("Lu"), organization_id=other.id)
    gone = log_gift(zhao, organization_id=bureau.id, occasion_id=show.id)
    set_archived(actor("anna"), gone, archived=True)
    secret = make_confidential(client_of("Inland", counselor=people["dora"]))
    log_gift(zhao, organization_id=secret.id, occasion_id=show.id, by="dora")
    anna = actor("anna")
    ids = {kind: [x.id for x in list_gifts(anna, kind, row.id)] for kind, row in (("person", zhao), ("show", show))}
    assert ids == {"person": [second.id, first.id], "show": [first.id]}
    of_bureau = list_gifts(anna, "organization", bureau.id)
    assert [(x.id, x.person, x.organization, x.user) for x in of_bureau] == [
        (third.id, None, "Digital City Bureau", "Anna Reyes"),
        (second.id, "Jianguo Zhao", "Digital City Bureau", "Anna Reyes"),
        (first.id, "Jianguo Zhao", "Digital City Bureau", "Anna Reyes"),
    ]
    for _n in range(5):
        log_gift(zhao)
    assert len(list_gifts(anna, "person", zhao.id)) == 6


def test_names_of_a_gift(log_gift, zhao, bureau, show, actor):
    gift = log_gift(zhao, usd="500", occasion_id=show.id)
    assert load_names(gift)[:4] == (zhao, bureau, show, "Anna Reyes")
    assert load_names(gift).decided_by == ""
    decide_gift(actor("clara"), gift, approved=True)
    assert load_names(gift).decided_by == "Clara Whitfield"
    assert load_names(log_gift(None, organization_id=bureau.id))[:3] == (None, bureau, None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"given_on": TODAY}, ""),
        ({"given_on": date(2026, 3, 11)}, "Enter today's date or an earlier one"),
        ({"usd": "0"}, ""),
        ({"usd": "-0.01"}, "Enter a value of 0 or more"),
    ],
)
def test_day_and_value_of_a_gift_have_limits(log_gift, zhao, change, message):
    if message:
        with pytest.raises(Invalid, match=message):
            log_gift(zhao, **change)
    else:
        assert log_gift(zhao, **change).id


def test_stored_future_day_stays_when_another_field_changes(log_gift, zhao, actor, clock):
    gift = log_gift(zhao, given_on=TODAY)
    clock.forward(days=-2)
    fields = ("direction", "kind", "given_on", "person_id", "organization_id", "user_id", "purpose", "amount")
    values = {name: getattr(gift, name) for name in (*fields, "currency", "occasion_id")}
    save_gift(actor("anna"), values | {"description": "Tea"}, gift)
    assert (gift.description, gift.given_on) == ("Tea", TODAY)
    with pytest.raises(Invalid):
        save_gift(actor("anna"), values | {"description": "Tea", "given_on": date(2026, 3, 9)}, gift)


@pytest.mark.parametrize("name", ["person_id", "organization_id", "occasion_id"])
def test_hidden_records_are_not_found(log_gift, zhao, people, name):
    hidden = make_confidential(client_of("Bay", counselor=people["boris"]))
    with pytest.raises(NotFound):
        log_gift(zhao, **{name: hidden.id})


def test_former_positions_make_neither_an_employer_nor_an_official(log_gift, bureau):
    row = person("Qian", "Bo")
    affiliation(row, bureau, official=OfficialKind.official, to_on=date(2026, 1, 1))
    gift = log_gift(row)
    assert (gift.organization_id, gift.official) == (None, OfficialKind.none)
    other = organization("Other")
    affiliation(row, other)
    assert log_gift(row).organization_id == other.id
    assert log_gift(row, organization_id=bureau.id).organization_id == bureau.id


@pytest.mark.parametrize(("days", "official"), [(0, OfficialKind.official), (-1, OfficialKind.none)])
def test_official_is_one_up_to_the_last_day_of_the_position(log_gift, bureau, days, official):
    li = person("Li", "Hui")
    affiliation(li, bureau, title="Director", official=OfficialKind.official, to_on=TODAY + timedelta(days=days))
    assert log_gift(li).official is official


def test_decision_needs_another_user_and_a_gift_above_the_limit(log_gift, zhao, actor, clock):
    gift = log_gift(zhao, usd="500", by="clara")
    with pytest.raises(Forbidden):
        decide_gift(actor("clara"), gift, approved=True)
    gift = log_gift(zhao, usd="500", direction=GiftDirection.by_us)
    for note in (None, ""):
        with pytest.raises(Invalid, match="Describe why"):
            decide_gift(actor("clara"), gift, approved=False, note=note)
    decide_gift(actor("clara"), gift, approved=False, note="Too much")
    assert (gift.state, gift.decided_by_id, gift.decision_note) == (
        GiftState.rejected,
        actor("clara").id,
        "Too much",
    )
    assert gift.decided_at is not None
    with pytest.raises(Invalid, match="need approval"):
        decide_gift(actor("clara"), log_gift(person("Small"), usd="1"), approved=True)
    assert gift.amount == Decimal(500)
