"""What a merge will save, with who changed each value last; which pairs are refused; the merges of a record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.history import Change, ChangeSource, act_as
from crm.core.errors import Invalid, NotFound
from crm.merging.queries import FIRST, SECOND, build_plan, get_merge, list_merged_ids, list_merges, load_merge_page
from crm.merging.services import check_pair, unmerge
from crm.opportunities.policy import LicenseGate, OpportunityStage
from crm.organizations.models import Client
from crm.organizations.services import change_organization, set_facts
from tests.factories import archived, client_of, make_confidential, organization, person, product
from tests.factories.opportunities import make_opportunity
from tests.merging.lookups import merge


def choices_of(actor, first, second, **chosen):
    """Return the choices of a merge by the names of their columns."""
    return {name: x for x in build_plan(actor, first, second, chosen).choices for name in x.group.names}


@pytest.fixture
def pair(clara):
    """Return two organizations that differ in city, website and name."""
    return (
        organization("Huayue", city="Suzhou", website="https://huayue.example"),
        organization("Hua Yue", city="Wuxi", read_first="Call first"),
    )


def test_choice_has_both_values_with_who_changed_them_last(clara, actor, clock, pair):
    first, second = pair
    for name, hours in (("clara", 1), ("anna", 1)):
        clock.forward(hours=hours)
        act_as(db.session(), actor(name), ChangeSource.web)
        change_organization(actor(name), first, {"city": f"City of {name}"})
    changed_at = now()
    clock.forward(hours=1)
    act_as(db.session(), None, ChangeSource.job)
    change_organization(actor("clara"), second, {"city": "Nanjing"})
    other_row = {"via": ChangeSource.web, "root_id": first.id, "action": "update", "diff": {"city": [None, "X"]}}
    db.session.add(Change(at=now(), actor_id=actor("dora").id, table="organization", row_id="999", **other_row))
    db.session.flush()
    choices = choices_of(clara, first, second)
    city = choices["city"]
    assert (city.first.at, city.first.user_name, "City of anna" in city.first.text) == (changed_at, "Anna Reyes", True)
    assert (city.second.at, city.second.user_name) == (changed_at + timedelta(hours=1), "")
    assert (city.chosen, city.newer, city.text) == (FIRST, SECOND, city.first.text)
    assert city.values["city"] == "City of anna"
    swapped = choices_of(clara, second, first, **{city.key: SECOND})["city"]
    assert (swapped.newer, swapped.chosen, swapped.text) == (FIRST, SECOND, city.first.text)
    assert (choices["website"].chosen, choices["read_first"].chosen) == (FIRST, SECOND)
    assert choices_of(clara, first, second, **{city.key: "c"})["city"].chosen == FIRST


def test_counselor_of_confidential_records_is_no_choice(clara, people):
    first, second = (client_of("Inland", counselor=people[name]) for name in ("anna", "dora"))
    assert "counselor_id" in choices_of(clara, first, second)
    for row, reader in ((first, "dora"), (second, "anna")):
        make_confidential(row, people[reader])
    assert "counselor_id" not in choices_of(clara, first, second)


@pytest.mark.parametrize(
    ("make_pair", "message"),
    [
        (lambda: [organization("A")] * 2, "Choose a different record."),
        (lambda: (organization("A"), person("B")), "Choose two records of the same type."),
        (lambda: (archived(organization("A")), organization("B")), "Restore the archived record first."),
        (lambda: (organization("A"), archived(organization("B"))), "Restore the archived record first."),
        (lambda: (client_of("Inland"), client_of("Bay")), "These records belong to different teams."),
        (lambda: (product(), product()), "Choose two products of the same client."),
        (
            lambda: (make_opportunity(client_of()), make_opportunity(client_of())),
            "two opportunities of the same client",
        ),
        (lambda: (organization("A"), organization("B")), ""),
        (lambda: (client_of("Inland"), organization("B")), ""),
    ],
)
def test_pair_that_does_not_belong_together_is_refused(clara, make_pair, message):
    first, second = make_pair()
    if message:
        with pytest.raises(Invalid, match=message):
            check_pair(first, second)
    else:
        check_pair(first, second)


@pytest.mark.parametrize(
    ("change", "is_refused"),
    [({}, False), ({"stage": OpportunityStage.lost}, True), ({"license_gate": LicenseGate.granted}, True)],
)
def test_opportunities_of_different_stages_or_licenses_are_refused(clara, change, is_refused):
    client = client_of("Inland")
    first, second = make_opportunity(client), make_opportunity(client)
    for name, value in change.items():
        setattr(first, name, value)
    if is_refused:
        with pytest.raises(Invalid, match="the same stage and export license status"):
            check_pair(first, second)
    else:
        check_pair(first, second)


def test_merges_of_a_record_are_listed_newest_first_until_they_are_undone(clara, actor, clock, pair):
    first, second = pair
    third, other = organization(None, "华岳"), organization("Other")
    row = merge(clara, first, second)
    clock.forward(hours=1)
    last = merge(clara, first, third)
    merge(clara, other, organization("Another"))
    assert sorted(list_merged_ids(first.id)) == sorted([second.id, third.id])
    assert [(x.id, x.name, x.user_name) for x in list_merges(first.id)] == [
        (last.batch_id, third.label or "华岳", "Clara Whitfield"),
        (row.batch_id, "Hua Yue", "Clara Whitfield"),
    ]
    page = load_merge_page(clara, last)
    assert (page.survivor, page.duplicate, page.user_name) == (first, third, "Clara Whitfield")
    assert (page.may_undo, page.is_too_old, page.days) == (True, False, 30)
    assert not load_merge_page(actor("anna"), last).may_undo
    unmerge(clara, last)
    assert not load_merge_page(clara, last).may_undo
    assert [x.id for x in list_merges(first.id)] == [row.batch_id]
    assert [x.id for x in list_merges(first.id, also_undone=True)] == [last.batch_id, row.batch_id]
    clock.forward(days=31)
    page = load_merge_page(clara, row)
    assert (page.may_undo, page.is_too_old) == (False, True)


def test_merge_into_a_hidden_record_is_not_found(clara, actor):
    row = merge(clara, client_of("Inland"), client_of("Inland"))
    assert get_merge(actor("anna"), row.batch_id) is row
    for name, merge_id in (("boris", row.batch_id), ("anna", 999_999)):
        with pytest.raises(NotFound):
            get_merge(actor(name), merge_id)


def test_merge_saves_the_chosen_values_of_every_part(clara, session):
    first, second = client_of("Inland", "First"), client_of("Inland", "Second")
    for row, county in ((first, "Kern"), (second, "Alameda")):
        set_facts(session.get(Client, row.id), {"county": county, "naics": "334513"})
    merge(clara, first, second, **{choices_of(clara, first, second)["county"].group.key: SECOND})
    assert (session.get(Client, first.id).county, session.get(Client, first.id).naics) == ("Alameda", "334513")
