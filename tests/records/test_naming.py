"""Which records the texts of another record may mention: those that all its readers see."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.errors import Invalid
from crm.followups.services import add_follow_up
from crm.records.services import change_counselor, check_counselor, may_name, set_confidentiality
from tests.factories import affiliation, client_of, make_confidential, organization, person, product, team_id_of


def test_shared_record_may_be_named_everywhere(people):
    shared = organization()
    for row in (organization(), client_of("Inland"), make_confidential(client_of("Inland", counselor=people["anna"]))):
        assert may_name(row, shared)


def test_team_record_may_be_named_only_in_its_team(people):
    inland = client_of("Inland")
    assert may_name(client_of("Inland"), inland)
    assert may_name(client_of("Inland", counselor=people["nora"]), inland)
    assert not may_name(client_of("Bay"), inland)
    assert not may_name(organization(), inland)


def test_confidential_record_may_be_named_if_all_readers_see_it(people):
    anna, dora, shen = people["anna"], people["dora"], people["shen"]
    secret = make_confidential(client_of("Inland", counselor=anna), dora)
    make = lambda counselor, *readers: make_confidential(client_of("Inland", counselor=counselor), *readers)  # noqa: E731
    assert may_name(make(anna), secret)
    assert may_name(make(dora), secret)
    assert may_name(make(dora, anna), secret)
    assert not may_name(make(anna, shen), secret)
    assert not may_name(make(shen), secret)
    assert not may_name(client_of("Inland", counselor=anna), secret)


def test_record_hidden_from_managers_is_named_only_where_managers_don_t_read_it(people):
    secret, other = (make_confidential(client_of("Inland", counselor=people["anna"])) for _ in range(2))
    secret.without_managers = True
    assert not may_name(other, secret)
    other.without_managers = True
    assert may_name(other, secret)
    managed = make_confidential(client_of("Inland", counselor=people["clara"]))
    managed.without_managers = True
    assert not may_name(managed, secret)


def test_managers_of_several_teams_don_t_see_what_is_about_a_person_of_both(people, actor):
    clients = [make_confidential(client_of(team, counselor=people["boris"])) for team in ("Inland", "Bay")]
    row = person("Zhou", team="Inland", counselor=people["boris"])
    affiliation(row, clients[0])
    due = add_follow_up(actor("boris"), {"title": "Call Zhou", "due_on": date(2026, 12, 7)}, about=[row.id])
    assert not due.without_managers
    affiliation(row, clients[1])
    assert (row.without_managers, due.without_managers) == (True, True)
    set_confidentiality(due, confidential=True, readers=[])
    assert (row.without_managers, due.without_managers) == (True, True)
    with pytest.raises(Invalid):
        change_counselor(due, people["clara"].id)


def test_team_record_is_not_named_in_record_with_outside_readers(people):
    inland = client_of("Inland")
    assert may_name(make_confidential(client_of("Inland", counselor=people["anna"]), people["clara"]), inland)
    assert not may_name(make_confidential(client_of("Inland", counselor=people["anna"]), people["boris"]), inland)


def test_product_of_confidential_client_has_its_readers(people):
    anna, dora = people["anna"], people["dora"]
    row = product(make_confidential(client_of("Inland", counselor=anna), dora))
    assert (row.confidential, row.team_id) == (True, team_id_of("Inland"))
    assert {row.counselor_id, *row.reader_ids} == {anna.id, dora.id}


@pytest.mark.parametrize(
    ("name", "allowed"), [("anna", True), ("shen", True), ("nora", True), ("boris", False), ("nobody", False)]
)
def test_counselor_needs_access_to_team(people, name, allowed):
    user_id = people[name].id if name in people else 10**6
    if allowed:
        check_counselor(user_id, team_id_of("Inland"))
        return
    with pytest.raises(Invalid) as refused:
        check_counselor(user_id, team_id_of("Inland"))
    assert refused.value.field == "counselor_id"


def test_confidential_record_needs_a_counselor(people):
    check_counselor(None, team_id_of("Inland"))
    with pytest.raises(Invalid):
        check_counselor(None, team_id_of("Inland"), confidential=True)


def test_opened_record_loses_its_readers(people):
    row = make_confidential(client_of("Inland", counselor=people["anna"]), people["boris"], people["dora"])
    set_confidentiality(row, confidential=False, readers=[people["boris"].id])
    set_confidentiality(row, confidential=True, readers=[])
    assert row.reader_ids == frozenset()
