"""Relations, roles at posts and China reps: what services store, and what they refuse."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.errors import Invalid, NotFound
from crm.organizations.policy import PostRoleKind
from crm.people.models import PostHolder, Relation
from crm.people.policy import Exclusivity, RelationKind, RepresentationStatus
from crm.people.services import (
    add_post_holder,
    add_relation,
    assign_role,
    save_representation,
)
from tests.factories import (
    client_of,
    make_confidential,
    organization,
    person,
    post,
    post_role,
    representation,
    team_id_of,
)

TODAY = date(2026, 3, 10)


def test_relation_has_its_values_once_in_each_direction(people, actor):
    anna, zhou, gao, li = actor("anna"), person("Zhou"), person("Gao"), person("Li", team="Bay")
    values = {"kind": RelationKind.reports_to, "evidence": "Card", "since_on": TODAY}
    row = add_relation(anna, zhou, gao, values)
    assert (row.person_id, row.other_id, row.evidence, row.since_on, row.team_id) == (
        zhou.id,
        gao.id,
        "Card",
        TODAY,
        None,
    )
    for other, message in ((gao, "already exists"), (zhou, "Choose a different person.")):
        with pytest.raises(Invalid, match=message) as refused:
            add_relation(anna, zhou, other, values)
        assert refused.value.field == "other_id"
    add_relation(anna, gao, zhou, values)
    add_relation(anna, zhou, gao, values | {"kind": RelationKind.relative})
    assert len(db.session.scalars(sa.select(Relation)).all()) == 3
    schoolmate = {"kind": RelationKind.schoolmate}
    assert add_relation(anna, zhou, li, schoolmate).team_id == team_id_of("Inland")
    assert add_relation(actor("nora"), li, zhou, schoolmate).team_id == team_id_of("Bay")
    assert add_relation(actor("nora"), gao, li, schoolmate).team_id == team_id_of("Bay")
    zhou.team_id = gao.team_id = None
    with pytest.raises(Invalid) as refused:
        add_relation(actor("nora"), zhou, gao, schoolmate)
    assert refused.value.field == "kind"


def holders(role) -> list[tuple[int | None, date | None, date | None]]:
    stmt = sa.select(PostHolder.person_id, PostHolder.from_on, PostHolder.to_on).order_by(PostHolder.id)
    return [tuple(row) for row in db.session.execute(stmt.where(PostHolder.post_role_id == role.id))]


def test_role_gets_a_holder_or_becomes_vacant(people, actor):
    anna = actor("anna")
    consulate, first, second = post("Consulate"), person("Smith", "Tom"), person("Jones", "Ann")
    role, other = post_role(consulate, kind=PostRoleKind.vacant), post_role(consulate)
    add_post_holder(anna, other.id, first, {}, TODAY)
    began, later = date(2026, 1, 1), date(2026, 2, 1)
    assign_role(anna, role, first, {"from_on": began, "to_on": later}, TODAY)
    assert role.kind is PostRoleKind.vacant
    assign_role(anna, role, first, {"from_on": later, "expected_end_on": date(2027, 1, 1)}, TODAY)
    assert (role.kind, db.session.scalars(sa.select(PostHolder.expected_end_on).order_by(PostHolder.id)).all()[-1]) == (
        PostRoleKind.rotating,
        date(2027, 1, 1),
    )
    with pytest.raises(Invalid, match="started later") as refused:
        assign_role(anna, role, second, {"from_on": date(2026, 1, 31)}, TODAY)
    assert refused.value.field == "from_on"
    with pytest.raises(Invalid, match="started later") as refused:
        assign_role(anna, role, None, {"to_on": date(2026, 1, 31)}, TODAY)
    assert refused.value.field == "to_on"
    assign_role(anna, role, second, {}, TODAY)
    assert holders(role) == [(first.id, began, later), (first.id, later, TODAY), (second.id, None, None)]
    assign_role(anna, role, None, {"from_on": date(2026, 4, 1)}, TODAY)
    assert (holders(role)[-1], role.kind) == ((second.id, None, date(2026, 4, 1)), PostRoleKind.rotating)
    assign_role(anna, role, None, {"from_on": TODAY}, TODAY)
    assert (holders(role)[-1], role.kind) == ((second.id, None, TODAY), PostRoleKind.vacant)
    assert holders(other) == [(first.id, None, None)]
    assign_role(anna, other, None, {}, TODAY)
    assert holders(other) == [(first.id, None, TODAY)]


def test_role_without_a_holder_is_vacant_at_once(actor):
    role = post_role(post("Consulate"), kind=PostRoleKind.rotating)
    assign_role(actor("anna"), role, None, {"to_on": date(2026, 12, 31)}, TODAY)
    assert role.kind is PostRoleKind.vacant


def test_holder_whom_the_user_may_not_see_leaves_no_trace_at_the_post(people, actor):
    secret = make_confidential(person("Secret", team="Inland", counselor=people["anna"]))
    role = post_role(post("Consulate"), kind=PostRoleKind.vacant)
    started = date(2026, 6, 1)
    assign_role(actor("anna"), role, secret, {"from_on": started}, TODAY)
    assert role.kind is PostRoleKind.vacant

    assign_role(actor("dora"), role, None, {}, date(2026, 2, 1))
    new = person("Ford", team=None)
    assign_role(actor("dora"), role, new, {"from_on": date(2026, 3, 1)}, TODAY)
    assert holders(role) == [(secret.id, started, None), (new.id, date(2026, 3, 1), None)]
    assert role.kind is PostRoleKind.rotating
    assign_role(actor("anna"), role, None, {"to_on": date(2026, 7, 1)}, TODAY)
    assert [to_on for *_rest, to_on in holders(role)] == [date(2026, 7, 1)] * 2


REP = {"status": RepresentationStatus.active, "exclusive": Exclusivity.no}


def test_rep_belongs_to_the_client_with_its_counselor_and_names_its_parties(people, actor):
    anna, dora = actor("anna"), people["dora"]
    client, agent, zhou = (
        client_of("Inland", "Tri-Valley", counselor=dora),
        organization("Agents", "代理"),
        person("Zhou"),
    )
    values = REP | {"client_id": client.id, "person_id": zhou.id, "organization_id": agent.id, "territory": "Jiangsu"}
    row = save_representation(anna, values, uid="one")
    assert (row.uid, row.team_id, row.counselor_id, row.territory) == ("one", client.team_id, dora.id, "Jiangsu")
    assert (row.label, row.native_label) == ("Zhou / Agents for Tri-Valley", "代理")
    assert {"zhou", "agents", "tri", "valley"} <= set(row.tokens.split())
    other = client_of("Inland", "Other")
    save_representation(anna, values | {"client_id": other.id, "person_id": None}, row)
    assert (row.client_id, row.counselor_id, row.label) == (other.id, dora.id, "Agents for Other")
    own = save_representation(anna, REP | {"client_id": other.id, "person_id": zhou.id})
    assert own.counselor_id == anna.id
    days = {"from_on": TODAY, "to_on": TODAY}
    save_representation(anna, values | days, row)
    for wrong, field in (
        ({"to_on": date(2026, 3, 9), "from_on": TODAY}, "to_on"),
        ({"person_id": None, "organization_id": None}, "person_id"),
        ({"client_id": organization().id}, "client_id"),
    ):
        with pytest.raises(Invalid) as refused:
            save_representation(anna, values | wrong)
        assert refused.value.field == field
    with pytest.raises(NotFound):
        save_representation(anna, values | {"client_id": client_of("Bay").id})


def test_rep_does_not_name_a_hidden_party(people):
    client = client_of("Inland", "Tri-Valley")
    hidden = make_confidential(client_of("Inland", "Quiet Agents", counselor=people["dora"]))
    assert representation(client, hidden).label == "China rep for Tri-Valley"
