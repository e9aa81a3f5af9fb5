"""Closed lists of organizations, and who may change them."""

from types import SimpleNamespace

from crm.core.policy import Actor, Limit, Role
from crm.organizations.policy import (
    AliasKind,
    ClientStatus,
    FactKind,
    FactUnit,
    OrganizationRole,
    PostRoleKind,
    is_shared,
    may_change_team,
    may_see_money,
)


def test_codes_are_stable():
    assert [w.value for w in OrganizationRole] == [
        "client",
        "prime",
        "post",
        "representative",
        "distributor",
        "end_user",
        "project_owner",
        "government",
        "association",
        "show_organizer",
        "service_provider",
        "other",
    ]
    assert [w.value for w in ClientStatus] == ["pre_client", "client", "inactive", "closed"]
    assert [w.value for w in AliasKind] == ["legal", "trading", "former", "pinyin", "acronym", "english"]
    assert [w.value for w in PostRoleKind] == ["rotating", "local", "vacant"]


def test_financial_figures_are_hidden():
    assert {fact.value: (fact.unit, fact.is_hidden) for fact in FactKind} == {
        "staff": (FactUnit.people, False),
        "export_staff": (FactUnit.people, False),
        "sales": (FactUnit.money, True),
        "export_sales": (FactUnit.money, True),
        "export_countries": (FactUnit.countries, False),
        "market": (FactUnit.market, False),
        "us_content": (FactUnit.percent, False),
    }


def test_organization_with_the_client_role_is_not_shared():
    assert is_shared([OrganizationRole.prime, OrganizationRole.end_user])
    assert not is_shared([OrganizationRole.prime, OrganizationRole.client])


def test_team_of_a_client_is_changed_by_its_counselor_and_managers():
    record, teams = SimpleNamespace(confidential=False, reader_ids=(), without_managers=False), frozenset({1})
    anna, dora, clara = Actor(1, team_ids=teams), Actor(4, team_ids=teams), Actor(5, role=Role.manager, team_ids=teams)
    boris, nora = Actor(3, role=Role.manager, team_ids=frozenset({2})), Actor(6, role=Role.network_manager)
    actors = (anna, dora, clara, boris, nora)
    record.team_id, record.counselor_id = 1, 1
    assert [may_change_team(actor, record) for actor in actors] == [True, False, True, False, True]
    record.team_id = None
    assert [may_change_team(actor, record) for actor in actors] == [False, False, True, True, True]


def test_financial_values_are_hidden_from_the_china_desk_and_other_teams():
    organization = SimpleNamespace(
        team_id=1, counselor_id=None, confidential=False, reader_ids=(), without_managers=False
    )
    shen = Actor(2, team_ids=frozenset({1}), limits=frozenset({Limit.china_desk}))
    anna, boris = Actor(1, team_ids=frozenset({1})), Actor(3, team_ids=frozenset({2}))
    assert [may_see_money(actor, organization) for actor in (anna, shen, boris)] == [True, False, False]
