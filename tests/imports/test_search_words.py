"""What an import updates is found by the same words as after a rebuild of all names."""

from __future__ import annotations

from datetime import date

from crm.core.data.base import db
from crm.organizations import derived as organization_names
from crm.organizations.models import Alias, Organization
from crm.organizations.policy import AliasKind
from crm.organizations.services import refresh_organization_name
from crm.people import derived as person_names
from crm.people.models import Person
from tests.factories import affiliation, client_of, organization, person, reachable
from tests.imports.conftest import ImportFlow
from tests.imports.lookups import points

TWINS = ("Alpha Twin", "Beta Twin", "Gamma Twin", "Delta Manufacturing", "Epsilon Trading", "Zeta Works")


def test_chinese_name_of_an_organization_with_many_names_gives_the_words_of_a_rebuild(anna, session):
    mill = organization("Mill Works")
    for name in TWINS:
        session.add(Alias(organization_id=mill.id, kind=AliasKind.trading, name=name))
    refresh_organization_name(mill)
    ImportFlow(anna, f"uid,Name,Chinese name,Aliases\n{mill.uid},Mill Works,三角洲,Also Mill\n").confirm()
    db.session.expire_all()
    row = session.get(Organization, mill.id)
    assert (row.native_name, row.tokens) == ("三角洲", organization_names.load_names([mill.id])[mill.id]["tokens"])


def test_new_phone_of_a_person_at_a_confidential_client_is_no_search_word(anna, people, session):
    xu = reachable(person("Xu", "Bo"), email="xu@quietharbor.example")
    affiliation(xu, organization("Port"), to_on=date(2025, 1, 1))
    affiliation(xu, client_of("Inland", "Quiet Harbor", counselor=people["anna"], confidential=True))
    ImportFlow(anna, f"uid,Family name,Given name,Phone\n{xu.uid},Xu,Bo,+1 510 555 0188\n").confirm()
    db.session.expire_all()
    row = session.get(Person, xu.id)
    assert [raw for _medium, _label, raw in points()] == ["xu@quietharbor.example", "+1 510 555 0188"]
    assert (row.tokens, "0188" in row.tokens) == (person_names.load_names([xu.id])[xu.id]["tokens"], False)
