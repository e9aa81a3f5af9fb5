"""What of a record is compared, and the reasons that are shown."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.duplicates.candidates import SimilarCandidate
from crm.duplicates.queries import explain
from crm.duplicates.services import load_compared
from crm.names.matching.scoring import Match
from crm.organizations.models import Alias
from crm.people.models import Affiliation
from crm.records.models import ContactPoint
from crm.records.policy import ContactMedium
from tests.factories import affiliation, archived, organization, person, reachable

pytestmark = pytest.mark.usefixtures("people", "client")


def test_own_names_contact_details_and_employers_of_a_person_are_compared():
    mill, port, other = organization("Mill"), organization("Port"), organization("Other")
    row = reachable(person("Wang", "Min", family_native="王"), email="wang@mill.example", phone="138 0013 8000")
    blank = db.session.query(ContactPoint).filter_by(record_id=row.id, medium=ContactMedium.phone).one()
    blank.value = ""
    for place in (mill, port):
        affiliation(row, place)
    neighbor = reachable(person("Lu"), email="lu@mill.example")
    affiliation(neighbor, other)
    compared = load_compared(SYSTEM, "person", row.id)
    assert compared.points == {(ContactMedium.email, "wang@mill.example")}
    assert (compared.organization_ids, compared.own_id) == ({mill.id, port.id}, row.id)
    assert (compared.name.family_latin, compared.name.given_latin, compared.name.family_native) == ("Wang", "Min", "王")
    assert compared.name.given_native == ""
    assert load_compared(SYSTEM, "person", archived(row).id) is None
    assert db.session.query(Affiliation).count() == 3


def test_own_names_and_aliases_of_an_organization_are_compared():
    row, other = organization("Huayue"), organization("Other")
    for place, name in ((row, "HY Group"), (other, "Other group")):
        db.session.add(Alias(organization_id=place.id, name=name))
    db.session.flush()
    compared = load_compared(SYSTEM, "organization", row.id)
    assert (compared.name.name, compared.name.native_name, compared.name.aliases) == ("Huayue", "", ("HY Group",))
    assert load_compared(SYSTEM, "organization", archived(row).id) is None


@pytest.mark.parametrize(
    ("points", "score", "is_same_place", "texts"),
    [
        (("138 0013 8000",), 0.2, False, ["Another name, but the same phone or email: 138 0013 8000."]),
        (("138 0013 8000",), 1.0, False, ["Same phone or email: 138 0013 8000."]),
        ((), 0.2, True, ["Works at the same organization."]),
        ((), 1.0, False, []),
    ],
)
def test_reasons_name_what_two_records_share(points, score, is_same_place, texts):
    candidate = SimilarCandidate(1, "Wang Min", "", Match(score), points, is_same_place, "Mill")
    assert explain(candidate) == texts
