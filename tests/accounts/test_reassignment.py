"""Reassigning the records of a user: what is reassigned, and to whom."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.accounts import queries
from crm.accounts.services import reassignment
from crm.accounts.services.reassignment import reassign_user_records
from crm.accounts.services.users import deactivate_user
from crm.core.data.base import db
from crm.core.data.history import Change
from crm.core.data.record import Record, get_visible
from crm.core.errors import Invalid, NotFound
from crm.core.hooks import UserPart
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.mail.outbox.put import put_mail
from crm.core.policy import SYSTEM, Role
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.opportunities.history import list_changes
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import ChangedField
from crm.organizations.models import Organization
from crm.people.models import Person
from crm.projects.services import save_need
from tests.accounts.lookups import team_id
from tests.factories import client_of, make_confidential, organization, product
from tests.factories.opportunities import make_opportunity, step


@pytest.fixture
def client_record(people):
    row = Organization(name="Pumps", label="Pumps", team_id=team_id("Inland"), counselor_id=people["anna"].id)
    db.session.add(row)
    db.session.flush()
    return row


def test_reassignment_writes_history_of_each_record(client_record, people):
    version = client_record.version
    assert reassignment.reassign_user_records(people["anna"], people["clara"]) == 1
    stmt = sa.select(Change).where(Change.root_id == client_record.id, Change.action == "changed")
    change = db.session.scalars(stmt).one()
    assert change.diff == {"counselor_id": [people["anna"].id, people["clara"].id]}
    assert client_record.version == version + 1


def test_owner_of_a_group_needs_access_to_its_team(client_record, people):
    group = {(team_id("Inland"), "organization"): people["boris"]}
    with pytest.raises(Invalid, match=r"Boris Keller isn't a member of .*Inland") as refused:
        reassign_user_records(people["anna"], people["clara"], group)
    assert (refused.value.field, client_record.counselor_id) == ("new_owner", people["anna"].id)


def test_reassignment_runs_hooks_of_other_features(client_record, people, monkeypatch):
    calls = []
    part = UserPart("Parts", lambda _user_id: 3, lambda old, new: calls.append((old.name, new.name)) or 3)
    monkeypatch.setattr(reassignment, "USER_PARTS", [part])
    with pytest.raises(Invalid) as refused:
        deactivate_user(people["anna"], None, {(team_id("Inland"), "organization"): people["clara"]})
    assert refused.value.field == "new_owner"
    assert deactivate_user(people["anna"], people["clara"]) == 4
    assert calls == [("Anna Reyes", "Clara Whitfield")]


def test_reassignment_leaves_records_outside_condition(client_record, people, monkeypatch):
    person = Person(label="Li", team_id=team_id("Inland"), counselor_id=people["anna"].id)
    db.session.add(person)
    db.session.flush()
    monkeypatch.setattr(
        queries,
        "REASSIGN_CONDITIONS",
        {"person": lambda: Record.id.in_(sa.select(Person.id).where(Person.city == "Wuxi"))},
    )
    assert reassignment.reassign_user_records(people["anna"], people["clara"]) == 1
    assert (client_record.counselor_id, person.counselor_id) == (people["clara"].id, people["anna"].id)


def test_only_open_follow_ups_are_reassigned(people):
    anna = people["anna"]
    same = {"counselor_id": anna.id, "team_id": team_id("Inland"), "due_on": date(2026, 3, 12), "zone": "UTC"}
    follow_ups = [FollowUp(title=state.value, label=state.value, state=state, **same) for state in FollowUpState]
    db.session.add_all(follow_ups)
    db.session.flush()
    deactivate_user(anna, people["clara"])
    assert {f.title for f in follow_ups if f.counselor_id == people["clara"].id} == {"open"}


def test_dependent_records_are_reassigned_with_their_client(session, people):
    anna, clara = people["anna"], people["clara"]
    organization = make_confidential(client_of("Inland", counselor=anna), people["dora"])
    meter, need = product(organization), save_need(SYSTEM, {"title": "Agents", "organization_id": organization.id})
    deal = make_opportunity(organization, counselor=anna)
    follow_up = step(deal, date(2026, 3, 12))
    assert {row.counselor_id for row in (meter, need, deal, follow_up)} == {anna.id}
    put_mail("followup_due", RenderedMail("Call", "t", "<p>t</p>"), to=anna, dedupe_key="d", record=follow_up)
    deactivate_user(anna, clara)
    assert {row.counselor_id for row in (organization, meter, need, deal, follow_up)} == {clara.id}
    assert [(c.field, c.old, c.new) for c in list_changes(deal.id)][:1] == [
        (ChangedField.counselor, "Anna Reyes", "Clara Whitfield")
    ]
    assert session.scalars(sa.select(Mail.state)).all() == [MailState.canceled]


def test_new_owner_needs_access_to_records(client_record, people):
    teams = reassignment.affected_teams(reassignment.list_record_groups(people["anna"].id))
    new_owners = reassignment.limit_candidates(reassignment.list_candidates(people["anna"].id), teams)
    assert [user.name for user in new_owners] == [
        "Ada Marsh",
        "Clara Whitfield",
        "Dora Lindqvist",
        "Nora Castillo",
        "Shen Yun",
    ]
    with pytest.raises(Invalid, match="Boris Keller isn't a member of Inland"):
        reassignment.reassign_user_records(people["anna"], people["boris"])
    people["dora"].active = False
    with pytest.raises(Invalid, match="deactivated"):
        reassignment.reassign_user_records(people["anna"], people["dora"])
    assert client_record.counselor_id == people["anna"].id


def test_new_owner_sees_confidential_record_and_administrator_does_not(client_record, people, actor):
    client_record.confidential = True
    db.session.flush()
    deactivate_user(people["anna"], people["dora"])
    assert get_visible(Organization, actor("dora"), client_record.id) is client_record
    with pytest.raises(NotFound):
        get_visible(Organization, actor("admin"), client_record.id)


def test_disable_without_records_needs_no_new_owner(people):
    assert deactivate_user(people["boris"], None) == 0
    assert (people["boris"].active, people["boris"].disabled_at is not None) == (False, True)
    with pytest.raises(Invalid, match="already"):
        deactivate_user(people["boris"], None)


def test_administrator_who_can_sign_in_stays_while_another_is_only_invited(people):
    admin, clara = people["admin"], people["clara"]
    clara.role, clara.password = Role.administrator, None
    db.session.flush()
    with pytest.raises(Invalid, match="Ada Marsh is the last one who can sign in"):
        deactivate_user(admin, None)
    clara.password = admin.password
    db.session.flush()
    deactivate_user(admin, None)
    assert not admin.active


def test_reassignment_gives_no_access_to_opportunity_of_hidden_client(people, actor):
    anna, clara, dora = people["anna"], people["clara"], people["dora"]
    organization = make_confidential(client_of("Inland", "Zephyr Optics", counselor=clara), anna)
    deal = make_opportunity(organization, "Lenses", counselor=anna)
    assert get_visible(Opportunity, actor("anna"), deal.id).confidential
    assert reassign_user_records(anna, dora) == 1
    db.session.flush()
    db.session.expire_all()
    for record in (organization, deal):
        with pytest.raises(NotFound):
            get_visible(Record, actor("dora"), record.id)
        assert get_visible(Record, actor("clara"), record.id) is record


def test_reassigned_confidential_client_takes_its_products_along(people):
    anna, clara = people["anna"], people["clara"]
    organization = make_confidential(client_of("Inland", "Zephyr Optics", counselor=anna))
    meter = product(organization)
    reassign_user_records(anna, clara)
    db.session.flush()
    db.session.expire_all()
    assert {(row.counselor_id, row.confidential) for row in (organization, meter)} == {(clara.id, True)}


def test_need_of_a_former_confidential_client_does_not_stay_with_the_leaver(people, actor):
    anna, clara, dora = people["anna"], people["clara"], people["dora"]
    former = make_confidential(client_of("Inland", counselor=anna))
    present = client_of("Inland", counselor=anna)
    need = save_need(actor("anna"), {"title": "Agents", "organization_id": former.id})
    save_need(actor("anna"), {"organization_id": present.id}, need)
    clients = {(present.team_id, "organization"): dora}
    with pytest.raises(Invalid, match="Choose a user") as refused:
        deactivate_user(anna, None, clients)
    assert refused.value.field == "new_owner"
    deactivate_user(anna, clara, clients)
    assert (former.counselor_id, present.counselor_id, need.counselor_id) == (dora.id, dora.id, clara.id)


def test_reassignment_leaves_records_of_others(people):
    anna, clara, dora = people["anna"], people["clara"], people["dora"]
    dora_records = [
        client_of("Inland", counselor=dora),
        make_confidential(client_of("Inland", counselor=dora)),
        organization(),
    ]
    before = [(row.counselor_id, row.version) for row in dora_records]
    client_of("Inland", counselor=anna)
    assert reassign_user_records(anna, clara) == 1
    db.session.expire_all()
    assert [(row.counselor_id, row.version) for row in dora_records] == before


def test_reassigned_client_takes_dependent_records_of_other_counselors(people):
    anna, clara, dora = people["anna"], people["clara"], people["dora"]
    organization, other = client_of("Inland", counselor=anna), client_of("Inland", counselor=dora)
    meter, dora_product = product(organization), product(other)
    need = save_need(SYSTEM, {"title": "Agents", "organization_id": organization.id})
    for row in (meter, need):
        row.counselor_id = dora.id
    db.session.flush()
    reassign_user_records(anna, clara)
    db.session.expire_all()
    assert [row.counselor_id for row in (organization, meter, need, dora_product)] == [
        clara.id,
        clara.id,
        clara.id,
        dora.id,
    ]
    changes = sa.select(Change.diff).where(Change.root_id == meter.id, Change.action == "changed").order_by(Change.id)
    assert db.session.scalars(changes).all()[-1] == {"counselor_id": [dora.id, clara.id]}
