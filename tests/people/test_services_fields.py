"""What services of people store besides the main thing, and what they refuse."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.core.hooks import UNDONE
from crm.core.policy import SYSTEM
from crm.people.models import Affiliation
from crm.people.policy import DisplayOrder, Month, OfficialKind
from crm.people.services import (
    add_affiliation,
    add_person,
    change_affiliation,
    change_person,
    set_contact_details,
    update_person_team,
)
from crm.records.policy import ContactMedium, PointLabel
from crm.records.queries import points_of, tags_of
from crm.records.services import ContactPointValues
from tests.factories import (
    affiliation,
    client_of,
    organization,
    person,
    team_id_of,
)

TODAY = date(2026, 3, 10)


def positions(row) -> list[tuple[int, bool]]:
    stmt = sa.select(Affiliation.organization_id, Affiliation.main).where(Affiliation.person_id == row.id)
    return [tuple(line) for line in db.session.execute(stmt.order_by(Affiliation.id))]


def test_new_person_has_the_given_values_and_the_first_position(people, actor):
    employer = organization("Mill", country="CN")
    values = {"family_latin": "Zhou", "given_latin": "Limin", "city": "Suzhou", "country": "CN"}
    position = {"organization_id": employer.id, "title": "Buyer", "official": OfficialKind.state_owned}
    zhou = add_person(actor("anna"), values | position | {"counselor_id": people["anna"].id}, uid="one")
    assert (zhou.uid, zhou.counselor_id, zhou.zone, zhou.city_key) == (
        "one",
        people["anna"].id,
        "Asia/Shanghai",
        "suzhou",
    )
    row = db.session.scalars(sa.select(Affiliation)).one()
    stored = (row.organization_id, row.title, row.native_title, row.official, row.main)
    assert stored == (employer.id, "Buyer", None, OfficialKind.state_owned, True)
    assert {"zhou", "mill", "suzhou"} <= set(zhou.tokens.split())
    assert (zhou.team_id, zhou.display_order) == (None, DisplayOrder.given_first)
    anna = add_person(actor("anna"), {"given_latin": "Ann", "english_name": "Ann", "display_order": None})
    assert (anna.team_id, anna.zone) == (team_id_of("Inland"), None)


def test_user_above_teams_chooses_the_team_of_a_person(people, actor):
    bay = team_id_of("Bay")
    assert add_person(actor("nora"), {"given_latin": "Ann", "team_id": bay}).team_id == bay
    assert add_person(actor("anna"), {"given_latin": "Ann", "team_id": bay}).team_id == team_id_of("Inland")
    with pytest.raises(Invalid, match="Choose a team") as refused:
        add_person(actor("nora"), {"given_latin": "Ann"})
    assert refused.value.field == "team_id"
    assert add_person(SYSTEM, {"given_latin": "Ann"}).team_id is None


@pytest.mark.parametrize(("year", "is_valid"), [(1899, False), (1900, True), (2026, True), (2027, False)])
def test_year_of_birth_is_between_1900_and_this_year(session, actor, clock, year, is_valid):
    values = {"given_latin": "Ann", "birth_month": Month.march, "birth_day": 1, "birth_year": year}
    if is_valid:
        assert add_person(actor("anna"), values).birth_date == date(year, 3, 1)
        return
    with pytest.raises(Invalid, match="between 1900 and this year") as refused:
        add_person(actor("anna"), values)
    assert refused.value.field == "birth_year"


def test_changed_person_keeps_the_other_values(people, actor):
    zhou = person("Zhou", "Limin", team="Inland", counselor=people["anna"])
    version = zhou.version
    change_person(actor("anna"), zhou, {"city": "Wuxi", "counselor_id": people["anna"].id})
    assert (zhou.family_latin, zhou.city_key, zhou.version > version) == ("Zhou", "wuxi", True)
    change_person(actor("anna"), zhou, {"counselor_id": None})
    assert zhou.counselor_id is None
    zhou.family_latin = "Chow"
    UNDONE["person"](actor("anna"), {zhou: []})
    assert (zhou.label, "chow" in zhou.tokens.split()) == ("Limin Chow", True)


def test_shared_employer_needs_a_confirmation_only_for_a_person_of_a_team(people, actor):
    anna, zhou = actor("anna"), person("Zhou", "Limin", team="Inland")
    shared, client = organization("Mill"), client_of("Inland", "Client")
    add_affiliation(anna, zhou, {"organization_id": client.id, "confirm_shared": False})
    attempt = db.session.begin_nested()
    with pytest.raises(Invalid, match=r"let all teams see .*Zhou.*: Mill is shared") as refused:
        add_affiliation(anna, zhou, {"organization_id": shared.id, "confirm_shared": False})
    attempt.rollback()
    row = db.session.scalars(sa.select(Affiliation)).one()
    attempt = db.session.begin_nested()
    with pytest.raises(Invalid, match="Mill is shared"):
        change_affiliation(anna, zhou, row, {"organization_id": shared.id, "confirm_shared": False})
    attempt.rollback()
    assert (refused.value.field, zhou.team_id) == ("confirm_shared", team_id_of("Inland"))
    change_affiliation(anna, zhou, row, {"organization_id": shared.id, "confirm_shared": True})
    add_affiliation(anna, zhou, {"organization_id": organization("Port").id, "confirm_shared": False})
    assert zhou.team_id is None


def test_primary_position_is_the_marked_one_else_the_former_else_the_latest(people, actor, clock):
    zhou, employers = person("Zhou", "Limin"), [organization(name) for name in ("A", "B", "C")]
    first, second, third = (affiliation(zhou, row, main=n == 1) for n, row in enumerate(employers))
    a, b, c = (row.id for row in employers)
    assert positions(zhou) == [(a, False), (b, True), (c, False)]
    change_affiliation(actor("anna"), zhou, first, {"main": True})
    assert positions(zhou) == [(a, True), (b, False), (c, False)]
    change_affiliation(actor("anna"), zhou, first, {"main": False})
    assert positions(zhou) == [(a, False), (b, False), (c, True)]
    version = zhou.version
    change_affiliation(actor("anna"), zhou, third, {"to_on": TODAY})
    db.session.flush()
    assert (positions(zhou)[:2], zhou.version > version) == ([(a, False), (b, True)], True)
    with pytest.raises(Invalid, match="until the position has ended") as refused:
        change_affiliation(actor("anna"), zhou, second, {"to_on": date(2026, 3, 11)})
    assert refused.value.field == "to_on"
    other = person("Gao", "Lei", organization=employers[0])
    assert positions(other) == [(a, True)]


def test_proposed_address_replaces_no_given_one(people, actor):
    wang = person(family_native="王", given_native="建国", address_as="Mr. Wang")
    add_affiliation(actor("anna"), wang, {"organization_id": organization().id, "native_title": "主任"})
    assert wang.address_as == "Mr. Wang"


def test_contact_details_are_replaced_with_the_tags(people, actor):
    zhou = person("Zhou", "Limin", country="CN", team="Inland")
    email = ContactPointValues(ContactMedium.email, PointLabel.work, "z@mill.cn")
    points = [ContactPointValues(ContactMedium.phone, PointLabel.mobile, "138 0013 8000"), email]
    set_contact_details(actor("anna"), zhou, points, "water")
    assert [point.value for point in points_of([zhou.id])[zhou.id]] == ["+8613800138000", "z@mill.cn"]
    assert (tags_of([zhou.id])[zhou.id], "8000" in zhou.tokens.split()) == (["water"], True)
    with pytest.raises(Invalid) as refused:
        set_contact_details(actor("anna"), zhou, [email._replace(raw="nobody")], None)
    assert refused.value.field == "emails"
    set_contact_details(actor("anna"), zhou, [], None)
    assert (points_of([zhou.id])[zhou.id], tags_of([zhou.id])[zhou.id]) == ([], [])


def test_confidential_person_keeps_the_team(people):
    zhou = person("Zhou", "Limin", team="Inland", counselor=people["anna"], confidential=True)
    db.session.add(Affiliation(person_id=zhou.id, organization_id=organization().id, main=True))
    db.session.flush()
    update_person_team(zhou, None)
    assert zhou.team_id == team_id_of("Inland")
