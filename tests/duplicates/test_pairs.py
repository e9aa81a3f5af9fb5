"""Suspected pairs: found by the job, listed for who sees both, dismissed for good."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import touch
from crm.duplicates.models import DuplicatePair
from crm.duplicates.services import compare_changed
from crm.people.services import refresh_person_name
from tests.factories import make_confidential, organization, person

pytestmark = pytest.mark.usefixtures("people")


def load_pairs():
    return [tuple(row) for row in db.session.execute(sa.select(DuplicatePair.a_id, DuplicatePair.b_id))]


def compare_all():
    for kind in ("organization", "person"):
        while compare_changed(kind):
            pass


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


def test_page_lists_a_pair_until_it_is_marked_as_not_the_same(client):
    zhou, other = person("Zhou", "Limin"), person(family_native="周", given_native="立民")
    compare_all()
    pair_id = db.session.scalar(sa.select(DuplicatePair.id))
    client.login_as("anna")
    page = client.get("/duplicates/").text
    assert f'href="/people/{zhou.id}"' in page
    assert "is the pinyin of" in page

    assert client.post(f"/duplicates/{pair_id}/different").status_code == 303
    assert "周立民" not in client.get("/duplicates/").text
    db.session.refresh(other)
    touch(other)
    db.session.flush()
    compare_all()
    assert "周立民" not in client.get("/duplicates/").text
    assert "周立民" in client.get("/duplicates/?state=different").text
    client.post(f"/duplicates/{pair_id}/reopen")
    assert "周立民" in client.get("/duplicates/").text


def test_pair_with_an_invisible_record_is_hidden(client):
    person("Zhou", "Limin")
    other = person(family_native="周", given_native="立民", team="Bay")
    make_confidential(other)
    compare_all()
    pair_id = db.session.scalar(sa.select(DuplicatePair.id))
    client.login_as("anna")
    assert "周立民" not in client.get("/duplicates/").text
    assert client.post(f"/duplicates/{pair_id}/different").status_code == 404
