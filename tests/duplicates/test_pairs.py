"""Suspected pairs: found by the job, listed for who sees both, dismissed for good."""

from __future__ import annotations

import re
from html import unescape

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import touch
from crm.duplicates import pairs, services
from crm.duplicates.models import DuplicatePair
from crm.duplicates.policy import PairState
from crm.duplicates.services import compare_changed
from crm.people.services import refresh_person_name
from tests.duplicates.lookups import compare_all, load_pairs
from tests.factories import archived, client_of, make_confidential, organization, person

pytestmark = pytest.mark.usefixtures("people")


def test_similar_records_become_one_pair():
    zhou, other = person("Zhou", "Limin"), person(family_native="周", given_native="立民")
    clear, air = organization("Clear Air Sensors Inc."), organization("ClearAir Sensors")
    person("Zhou", "Lina")
    compare_all()
    assert sorted(load_pairs()) == [(zhou.id, other.id), (clear.id, air.id)]


def test_common_name_alone_is_no_suspicion_but_a_shared_organization_is():
    people = [person("Wang", "Wei") for _ in range(8)]
    colleagues = [person("Wang", "Wei", organization=port) for port in [organization("Port Alpha")] for _ in range(2)]
    compare_all()
    assert load_pairs() == [(colleagues[0].id, colleagues[1].id)]
    assert len(people) == 8


def test_changed_record_is_compared_again():
    zhou, other = person("Zhou", "Limin"), person("Zhao", "Lina")
    compare_all()
    assert load_pairs() == []
    other.family_latin, other.given_latin = "Zhou", "Limin"
    touch(other)
    db.session.flush()
    refresh_person_name(other)
    compare_all()
    assert load_pairs() == [(zhou.id, other.id)]
    other.family_latin, other.given_latin = "Zhao", "Lina"
    touch(other)
    refresh_person_name(other)
    compare_all()
    assert load_pairs() == []


@pytest.mark.parametrize(
    ("family_latin", "given_latin"), [("Wei", "Zhang"), ("Cheung", "Wai")], ids=["parts swapped", "other spelling"]
)
def test_pair_stays_when_either_record_is_compared_again(family_latin, given_latin):
    zhang = person("Zhang", "Wei", family_native="张", given_native="伟")
    other = person(family_latin, given_latin)
    for changed in (other, zhang, other):
        touch(changed)
        compare_all()
        assert load_pairs() == [(zhang.id, other.id)]


@pytest.mark.parametrize("changed", [0, 1])
def test_pair_ends_when_either_record_is_archived(changed):
    rows = [person("Zhou", "Limin"), person(family_native="周", given_native="立民")]
    compare_all()
    archived(rows[changed])
    touch(rows[changed])
    compare_all()
    assert load_pairs() == []


def test_page_lists_a_pair_until_it_is_marked_as_not_the_same(client):
    zhou, other = person("Zhou", "Limin"), person(family_native="周", given_native="立民")
    compare_all()
    pair_id = db.session.scalar(sa.select(DuplicatePair.id))
    client.login_as("anna")
    page = client.get("/duplicates/").text
    assert f'href="/people/{zhou.id}"' in page
    assert "is the pinyin of" in page
    hint = "Ask a manager to merge records that are shared or have another counselor."
    assert hint in page
    assert hint not in client.login_as("clara").get("/duplicates/").text

    client.login_as("anna")
    assert client.post(f"/duplicates/{pair_id}/different").status_code == 303
    assert "周立民" not in client.get("/duplicates/").text
    db.session.refresh(other)
    touch(other)
    db.session.flush()
    compare_all()
    assert "周立民" not in client.get("/duplicates/").text
    assert "周立民" in client.get("/duplicates/different").text
    client.post(f"/duplicates/{pair_id}/reopen")
    assert "周立民" in client.get("/duplicates/").text


def test_pair_keeps_its_id_while_its_records_are_compared_again(session):
    other = person(family_native="周", given_native="立民")
    person("Zhou", "Limin")
    compare_all()
    pair = session.scalars(sa.select(DuplicatePair)).one()
    # Deleted and stored again, it would get the next id.
    later = DuplicatePair(a_id=organization("Mill").id, b_id=organization("Mine").id, score=0.9, reasons=[])
    session.add(later)
    session.flush()
    before = {pair.id: (pair.a_id, pair.b_id), later.id: (later.a_id, later.b_id)}
    touch(other)
    session.flush()
    compare_changed("person")
    assert {row.id: (row.a_id, row.b_id) for row in session.scalars(sa.select(DuplicatePair))} == before


def test_decision_of_another_transaction_is_not_lost_while_a_record_is_compared_again(session, monkeypatch):
    zhou, other = person("Zhou", "Limin"), person(family_native="周", given_native="立民")
    compare_all()
    other.family_native, other.given_native = "赵", "丽娜"
    touch(other)
    refresh_person_name(other)
    store = services._store_suspects

    def decide(*args):
        # Like a commit of someone else: the loaded pair doesn't know of it.
        values = sa.update(DuplicatePair).values(state=PairState.different)
        session.execute(values, execution_options={"synchronize_session": False})
        return store(*args)

    monkeypatch.setattr(services, "_store_suspects", decide)
    compare_changed("person")
    assert load_pairs() == [(zhou.id, other.id)]


@pytest.mark.parametrize(("action", "state"), [("different", PairState.open), ("reopen", PairState.different)])
def test_decision_about_a_pair_whose_id_has_another_one_by_now_is_not_stored(client, action, state):
    add_pair(0.91)
    pair = db.session.scalars(sa.select(DuplicatePair)).one()
    pair.state = state
    db.session.flush()
    web, url = client.login_as("anna"), "/duplicates/" if action == "different" else "/duplicates/different"
    record_ids = re.findall(r'name="record" value="(\d+)"', web.get(url).text)
    assert record_ids == [str(pair.a_id), str(pair.b_id)]
    pair.b_id = organization("Another").id
    db.session.flush()
    answer = web.post(f"/duplicates/{pair.id}/{action}", data={"record": record_ids})
    assert (answer.status_code, answer.location) == (303, url)
    assert db.session.get(DuplicatePair, pair.id).state is state
    assert "they are no longer possible duplicates." in web.get(url).text


def test_pair_with_an_invisible_record_is_hidden(client):
    person("Zhou", "Limin")
    other = person(family_native="周", given_native="立民", team="Bay")
    make_confidential(other)
    compare_all()
    pair_id = db.session.scalar(sa.select(DuplicatePair.id))
    client.login_as("anna")
    assert "周立民" not in client.get("/duplicates/").text
    assert client.post(f"/duplicates/{pair_id}/different").status_code == 404


def add_pair(score, *, of=organization, **values):
    """Add an open pair of two records whose name has the score."""
    a, b = (of(f"Pair {score} {side}", **values) for side in ("A", "B"))
    db.session.add(DuplicatePair(a_id=a.id, b_id=b.id, score=score, reasons=[]))
    db.session.flush()


def names_on(page):
    return re.findall(r"Pair ([\d.]+) A</a>", page)


def link_to(page, rel):
    match = re.search(f'rel="{rel}" href="([^"]+)"', page)
    return match and unescape(match.group(1))


def test_pages_list_the_most_likely_pairs_first_and_lead_back(client, monkeypatch):
    for score in (0.91, 0.97, 0.93):
        add_pair(score)
    monkeypatch.setitem(pairs.OPEN.__dict__, "per_page", 2)
    first = client.login_as("clara").get("/duplicates/").text
    second = client.get(link_to(first, "next")).text
    assert (names_on(first), names_on(second)) == (["0.97", "0.93"], ["0.91"])
    assert link_to(second, "next") is None
    assert names_on(client.get(link_to(second, "prev")).text) == ["0.97", "0.93"]
    assert client.get("/duplicates/?after=garbage").status_code == 400
    assert client.get("/duplicates/?as=csv").status_code == 400


@pytest.mark.parametrize(
    ("query", "expected"),
    [("kind=person", ["0.91"]), ("kind=organization", ["0.95", "0.93"]), ("team=0", ["0.95", "0.91"])],
)
def test_pairs_are_filtered_by_kind_and_team(client, query, expected):
    add_pair(0.91, of=lambda name: person(name, ""))
    add_pair(0.93, of=lambda name: client_of("Inland", name))
    add_pair(0.95)
    assert names_on(client.login_as("anna").get(f"/duplicates/?{query}").text) == expected


def test_namesakes_are_told_apart_by_organization_and_place(client):
    zhou, other = (person("Zhou", "Limin", organization=organization(name)) for name in ("Port Alpha", "Port Beta"))
    mills = [organization("Clear Mill", city=city, country="CN") for city in ("Suzhou", "Ningbo")]
    for a, b in ((zhou, other), mills):
        db.session.add(DuplicatePair(a_id=a.id, b_id=b.id, score=1.0, reasons=[]))
    page = client.login_as("anna").get("/duplicates/").text
    assert [text in page for text in ("Port Alpha", "Port Beta", "Suzhou, China", "Ningbo, China")] == [True] * 4


def test_decision_returns_to_the_page_of_the_list(client):
    add_pair(0.91)
    pair_id = db.session.scalar(sa.select(DuplicatePair.id))
    answer = client.login_as("anna").post(f"/duplicates/{pair_id}/different", data={"next": "/duplicates/?team=0"})
    assert answer.location == "/duplicates/?team=0"
