"""So many links of one kind are read, however many there are."""

from __future__ import annotations

from datetime import date

import pytest

from crm.introductions.queries.employers import load_employer_links
from crm.introductions.queries.ends import MAX_ENDS, load_end_links
from crm.introductions.queries.goals import Goal
from crm.introductions.queries.links import MAX_LINKS
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
