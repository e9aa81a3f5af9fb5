"""The preview of an import doesn't confirm a guessed address of a person whose contact details are hidden."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.records.models import ContactPoint
from tests.factories import affiliation, client_of, organization, person, reachable
from tests.imports.conftest import ImportFlow


@pytest.mark.parametrize(("viewer", "is_known"), [("anna", True), ("boris", False)])
def test_stored_address_of_a_person_at_a_confidential_client_is_not_confirmed(client, people, viewer, is_known):
    xu = reachable(person("Xu", "Bo"), email="xu@quietharbor.example")
    affiliation(xu, organization("Port"), to_on=date(2025, 1, 1))
    affiliation(xu, client_of("Inland", "Quiet Harbor", counselor=people["anna"], confidential=True))
    row = f"uid,Family name,Given name,E-mail\n{xu.uid},Xu,Bo,xu@quietharbor.example\n"
    flow = ImportFlow(client.login_as(viewer), row)
    assert ("is already up to date" in flow.page, "Adds to Bo Xu: Email" in flow.page) == (is_known, not is_known)
    if not is_known:
        flow.confirm()
    stored = db.session.scalars(sa.select(ContactPoint.value).where(ContactPoint.record_id == xu.id)).all()
    assert stored == ["xu@quietharbor.example"]
