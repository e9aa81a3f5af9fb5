"""Undo of removals in the structure of projects: refused if the same was added again since."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.history import Batch
from crm.organizations.policy import RegistrationState
from crm.projects.models import ProjectParty, SupplierRegistration
from crm.projects.policy import ProjectRole
from crm.projects.services import remove_party, save_party
from crm.projects.services.structure import remove_registration, save_registration
from tests.factories import client_of, organization
from tests.tools.rows import count


@pytest.fixture
def undo(anna, session):
    """Return a function that posts to an address and returns the one that undoes it."""

    def post(path):
        assert anna.post(path).status_code == 303
        batch_id = session.scalar(sa.select(sa.func.max(Batch.id)))
        return lambda: anna.post(f"/records/changes/{batch_id}/undo").status_code

    return post


def test_party_that_was_added_again_is_not_restored(undo, suzhou, prime):
    values = {"organization_id": prime.id, "role": ProjectRole.prime}
    first = save_party(suzhou, values)
    save_party(suzhou, {"organization_id": organization().id, "role": ProjectRole.owner})
    undo_removal = undo(f"/projects/{suzhou.id}/parties/{first.id}/remove")
    again = save_party(suzhou, values)
    assert undo_removal() == 409
    remove_party(again)
    assert (undo_removal(), count(ProjectParty)) == (303, 2)


def test_registration_that_was_added_again_is_not_restored(undo, actor, prime):
    dates = dict.fromkeys(("portal_url", "registered_on", "expires_on"))
    values = dates | {"client_id": client_of("Inland").id, "prime_id": prime.id, "state": RegistrationState.registered}
    first = save_registration(actor("anna"), values)
    save_registration(actor("anna"), values | {"client_id": client_of("Inland").id})
    undo_removal = undo(f"/projects/registrations/{first.id}/remove")
    again = save_registration(actor("anna"), values)
    assert undo_removal() == 409
    remove_registration(again)
    assert (undo_removal(), count(SupplierRegistration)) == (303, 2)
