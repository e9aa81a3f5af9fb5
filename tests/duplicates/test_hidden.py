"""What is hidden from somebody is no evidence for a pair that the user sees."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.data.record import touch
from crm.duplicates.candidates import MAX_CANDIDATES
from crm.duplicates.policy import MAX_NAMESAKES
from crm.records.services import set_confidentiality
from tests.duplicates.lookups import compare_all, load_pairs
from tests.factories import affiliation, client_of, make_confidential, organization, person, reachable

pytestmark = pytest.mark.usefixtures("people")
WANG, WONG = ("Wang", "Limin"), ("Wong", "Limin")
"""Two names that are alike but only with other evidence a pair."""


@pytest.fixture
def secret(people):
    """Return a confidential client."""
    return make_confidential(client_of("Inland", counselor=people["anna"]))


def test_shared_employer_counts_unless_it_is_hidden(secret):
    a, b = person(*WANG, team=None), person(*WONG, team=None)
    for row in (a, b):
        affiliation(row, secret)
    compare_all()
    assert load_pairs() == []
    port = organization("Port")
    for row in (a, b):
        affiliation(row, port)
        touch(row)
    compare_all()
    assert load_pairs() == [(a.id, b.id)]


def test_pair_disappears_when_the_shared_employer_becomes_confidential(people):
    employer = client_of("Inland", counselor=people["anna"])
    rows = [person(*name, team="Inland", organization=employer) for name in (WANG, WONG)]
    compare_all()
    assert load_pairs() == [(rows[0].id, rows[1].id)]
    set_confidentiality(employer, confidential=True, readers=[])
    compare_all()
    assert load_pairs() == []


@pytest.mark.parametrize("is_hidden_first", [True, False])
def test_shared_address_counts_unless_it_is_hidden(secret, is_hidden_first):
    rows = [reachable(person(*name, team=None), email="wang@secret.example") for name in (WANG, WONG)]
    moved = rows[0 if is_hidden_first else 1]
    # The former employer is shared, so the person is.
    affiliation(moved, organization("Port"), to_on=date(2025, 12, 31))
    affiliation(moved, secret)
    compare_all()
    assert load_pairs() == []
    set_confidentiality(secret, confidential=False, readers=[])
    touch(rows[0])
    compare_all()
    assert load_pairs() == [(rows[0].id, rows[1].id)]


def test_hidden_namesakes_don_t_make_a_name_common(people):
    a, b = (person("Wang", "Wei", team="Inland") for _ in range(2))
    namesakes = [person("Wang", "Wei", team="Inland", counselor=people["anna"]) for _ in range(MAX_NAMESAKES)]
    compare_all()
    assert load_pairs() == []
    for row in namesakes:
        make_confidential(row)
    for row in (a, b):
        touch(row)
    compare_all()
    assert (a.id, b.id) in load_pairs()


def test_hidden_namesakes_don_t_displace_others(people):
    for _ in range(MAX_CANDIDATES):
        make_confidential(person("Wang", "Wei", team="Inland", counselor=people["anna"]))
    a, b = (person("Wang", "Wei", team=None) for _ in range(2))
    compare_all()
    assert (a.id, b.id) in load_pairs()


def test_confidential_record_makes_pairs_with_open_ones_for_its_readers(people):
    a = make_confidential(person(*WANG, team="Inland", counselor=people["anna"]))
    b = person(family_native="王", given_native="立民")
    compare_all()
    assert load_pairs() == [(a.id, b.id)]
