"""The history of a project leaves out parties whose person is hidden from the reader."""

from __future__ import annotations

from crm.core.policy import SYSTEM
from crm.projects.policy import ProjectRole
from crm.projects.services import add_project, remove_party, save_party
from crm.records.services import set_confidentiality
from tests.desk.test_history import history_of
from tests.factories import organization, person


def test_history_leaves_out_a_party_with_a_hidden_person(session, people, actor):
    project = add_project(SYSTEM, {"name": "Suzhou smart city"})
    prime, contact = organization("Open Works"), person("Lu", "Hua", team="Inland", counselor=people["anna"])
    save_party(project, {"organization_id": prime.id, "person_id": contact.id, "role": ProjectRole.prime})
    set_confidentiality(contact, confidential=True, readers=[])
    assert "Party" in [row_label for _action, row_label, _fields in history_of(actor("anna"), project)]
    assert "Party" not in [row_label for _action, row_label, _fields in history_of(actor("dora"), project)]


def test_history_leaves_out_a_removed_party_whose_id_another_one_has(session, people, actor):
    project = add_project(SYSTEM, {"name": "Suzhou smart city"})
    prime, contact = organization("Open Works"), person("Lu", "Hua", team="Inland", counselor=people["anna"])
    party = save_party(project, {"organization_id": prime.id, "person_id": contact.id, "role": ProjectRole.prime})
    remove_party(party)
    session.flush()
    # SQLite reuses the free id.
    save_party(project, {"organization_id": prime.id, "role": ProjectRole.designer, "note": "New"})
    session.flush()
    set_confidentiality(contact, confidential=True, readers=[])

    def parties(name):
        return [
            (action, "Role" in fields) for action, label, fields in history_of(actor(name), project) if label == "Party"
        ]

    assert parties("anna") == [("created", True), ("deleted", True), ("created", True)]
    assert parties("dora") == [("created", True)]
