"""The line about the Spring Festival: who of the reader's people is still to be greeted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crm.core.i18n.formats import as_read_by
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.reminders.blocks import blocks_for
from crm.reminders.kinds.spring_festival import PATH
from crm.reminders.queries import readers
from tests.factories import client_of, make_confidential, person

FIRST = datetime(2027, 1, 18, 16, tzinfo=UTC)  # a Monday, 19 days before February 6


@pytest.fixture
def zhou(anna, clock):
    clock.set(FIRST)
    return person("Zhou", "Limin", counselor=anna, country="CN")


def lines(anna, moment: datetime) -> list[tuple[str, str]]:
    reader = readers([anna.id])[0]
    with as_read_by(reader.actor):
        items = [item for block in blocks_for(reader, moment) if block.code == "news" for item in block.items]
    return [(item.title, item.path) for item in items if "Spring Festival" in item.title]


def test_line_counts_the_people_of_the_reader(anna, zhou, actor):
    person("Lee", "Amy", counselor=anna, country="HK")
    person("Ruiz", "Ana", counselor=anna, country="US")
    person("Wu", "Min", counselor=actor("clara"), country="CN")
    person("Sun", "Li", counselor=anna, country="CN").archived_at = FIRST
    assert lines(anna, FIRST - timedelta(days=5)) == []
    title = "Spring Festival on Sat, Feb 6: 2 people to greet"
    assert lines(anna, FIRST) == [(title, PATH)]
    assert lines(anna, datetime(2027, 2, 8, 16, tzinfo=UTC)) == []


def test_greeted_people_are_neither_counted_nor_in_the_list(anna, zhou, clock, client):
    clock.set(FIRST)
    values = {"wall": datetime(2027, 1, 18, 9), "zone": "Asia/Shanghai", "subject": "Greetings"}
    log_interaction(anna, values, InteractionDetails(parties=[PartyValues(zhou.id)]))
    assert lines(anna, FIRST + timedelta(days=1)) == []
    person("Sun", "Li", counselor=anna, country="CN")
    assert lines(anna, FIRST) == [("Spring Festival on Sat, Feb 6: 1 person to greet", PATH)]
    page = client.login_as("anna").get(PATH).text
    assert ("Li Sun" in page, "Limin Zhou" in page) == (True, False)


def test_confidential_person_counts_for_the_counselor(anna, clock):
    clock.set(FIRST)
    client = client_of("Inland", "Tri-Valley Sensors", counselor=anna)
    make_confidential(person("Sun", "Li", counselor=anna, country="CN", organization=client))
    assert [title for title, _path in lines(anna, FIRST)] == ["Spring Festival on Sat, Feb 6: 1 person to greet"]


def test_list_has_the_people_to_greet(client, anna, zhou, session):
    person("Ruiz", "Ana", counselor=anna, country="US")
    session.commit()
    client.login_as("anna")
    page = client.get(PATH).text
    assert "Limin Zhou" in page
    assert "How to address" in page
    assert "Ana Ruiz" not in page
    assert "Limin Zhou" in client.get("/people/?festival=1&as=csv").text
