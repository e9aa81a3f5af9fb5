"""So many links of one kind are read, however many there are."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm.introductions.policy import RECENT, LinkKind
from crm.introductions.queries.employers import load_employer_links
from crm.introductions.queries.ends import MAX_ENDS, load_end_links
from crm.introductions.queries.goals import Goal
from crm.introductions.queries.links import MAX_LINKS, load_met_together, load_staff_links
from crm.people.models import Affiliation
from tests.factories import organization, person

TODAY = date(2026, 3, 10)


@pytest.mark.one_engine
def test_links_of_one_kind_are_limited(session, actor, people):
    mill, near, far = organization("Mill"), person("Near"), person("Far")
    session.add_all(
        Affiliation(person_id=row.id, organization_id=mill.id, title=f"Position {n}", main=False)
        for row, number in ((near, 18), (far, MAX_ENDS + 1 - 18))
        for n in range(number)
    )
    session.flush()
    assert len(load_employer_links(actor("anna"), [near.id], [], TODAY)) == MAX_LINKS == 300
    assert len(load_end_links(actor("anna"), Goal((), (mill.id,)), TODAY)) == MAX_ENDS == 200


def test_interactions_of_five_years_are_links(actor, people, meet):
    near, far = person("Near"), person("Far")
    for day in (10, 11):
        meet("shen", near, far, wall=datetime(2021, 3, day, 20, 0))
    anna = actor("anna")
    of_staff = [x for x in load_staff_links(anna, [near.id], TODAY) if x.kind is LinkKind.met]
    assert [(x.count, x.last_on) for x in (*of_staff, *load_met_together(anna, [near.id], TODAY))] == [
        (1, date(2021, 3, 11)),
        (1, date(2021, 3, 11)),
    ]


@pytest.mark.one_engine
def test_only_the_latest_interactions_of_a_person_are_counted(actor, people, meet):
    near = person("Near")
    for day in range(RECENT + 1):
        meet("shen", near, day=1 + day % 9)
    links = load_staff_links(actor("anna"), [near.id], TODAY)
    assert [link.count for link in links if link.kind is LinkKind.met] == [RECENT]
