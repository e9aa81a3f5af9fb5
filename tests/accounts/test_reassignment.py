"""Handing over: what passes on, to whom; and everything at once goes as each record by itself would."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from crm.accounts.services import reassignment
from crm.accounts.services.reassignment import reassign_user_records, records_to_reassign
from crm.accounts.services.users import disable_user
from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.history import Change
from crm.core.data.reassign import reassign
from crm.core.data.record import Record, get_visible
from crm.core.errors import Invalid, NotFound
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.mail.outbox.put import put_mail
from crm.core.policy import SYSTEM
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.opportunities.history import list_changes
from crm.opportunities.models import Opportunity, OpportunityChange
from crm.opportunities.policy import ChangedField
from crm.organizations.models import Organization
from crm.people.models import Person
from crm.projects.services import add_project, save_need
from tests.accounts.lookups import team_id
from tests.factories import client_of, organization, person, product, representation, secluded
from tests.factories.opportunities import make_opportunity, step


@pytest.fixture
def desk(clock, people, actor):
    """Give anna a bit of everything, some of it secret, some put away, some hanging on what is hers."""
    anna, dora, me = people["anna"], people["dora"], actor("anna")
    for n in range(3):
        firm = client_of("Inland", f"Client {n}", counselor=anna)
        product(firm, f"Pump {n}")
        representation(firm, person("Zhou", f"Limin {n}", at=firm, counselor=anna), counselor=anna)
        chance = make_opportunity(firm, f"Chance {n}", counselor=anna)
        put_mail(
            "digest",
            to=anna,
            subject="Call",
            text="Call",
            html="<p>Call</p>",
            dedupe_key=f"m:{n}",
            record=step(chance, date(2026, 3, 20)),
        )
    secret = secluded(client_of("Inland", "Secret pumps", counselor=anna), dora)
    product(secret, "Secret valve")
    secluded(person("Lu", "Hua", at=secret, counselor=anna))
    organization("Gone", counselor=anna, archived_at=now())
    organization("Not hers", counselor=dora)
    firm = client_of("Inland", "Hers, with a case of dora's", counselor=anna)
    make_opportunity(firm, "Dora's", counselor=dora)
    project = add_project(me, {"name": "Water plant", "country": "CN"})
    save_need(me, {"title": "Filters", "project_id": project.id})
    save_need(me, {"title": "Pipes", "organization_id": firm.id})
    db.session.flush()
    db.session.expire_all()


def standing(before: int) -> dict[str, Any]:
    """What a hand-over leaves behind."""
    db.session.flush()
    db.session.expire_all()
    r, c, o = Record, Change, OpportunityChange
    stmt = {
        "records": sa.select(
            r.id, r.counselor_id, r.team_id, r.confidential, r.label, r.tokens, r.version, r.changed_at, r.changed_by_id
        ),
        "history": sa.select(c.root_id, c.table, c.row_id, c.what, c.diff, c.at, c.actor_id, c.via).where(
            c.id > before
        ),
        "cases": sa.select(o.opportunity_id, o.field, o.old, o.new, o.by_id),
        "mails": sa.select(Mail.dedupe_key, Mail.state),
    }
    return {name: sorted(map(repr, db.session.execute(rows))) for name, rows in stmt.items()}


def test_all_at_once_is_the_same_as_one_by_one(desk, people):
    anna, clara = people["anna"], people["clara"]
    before = db.session.scalar(sa.select(sa.func.max(Change.id)))
    with db.session.begin_nested() as undo:
        hers = db.session.scalars(sa.select(Record).where(records_to_reassign(anna.id)).order_by(Record.id)).all()
        one_by_one, many = reassign(clara.id, *hers), len(hers)
        one_by_one = standing(before)
        undo.rollback()
    assert reassign_user_records(anna, clara) == many
    assert standing(before) == one_by_one
    assert db.session.scalar(sa.select(sa.func.count()).where(records_to_reassign(anna.id))) == 0


def test_statements_do_not_grow_with_the_records(people, sql):
    anna, clara = people["anna"], people["clara"]

    def sent(many: int) -> int:
        for _ in range(many):
            product(client_of("Inland", counselor=anna))
        sql.clear()
        reassign_user_records(anna, clara)
        return len(sql)

    sent(1)
    assert sent(30) == sent(1)


@pytest.fixture
def firm(people):
    made = Organization(name="Pumps", label="Pumps", team_id=team_id("Inland"), counselor_id=people["anna"].id)
    db.session.add(made)
    db.session.flush()
    return made


def test_hand_over_keeps_history_of_each_record(firm, people):
    version = firm.version
    assert reassignment.reassign_user_records(people["anna"], people["clara"]) == 1
    stmt = sa.select(Change).where(Change.root_id == firm.id, Change.what == "changed")
    change = db.session.scalars(stmt).one()
    assert change.diff == {"counselor_id": [people["anna"].id, people["clara"].id]}
    assert firm.version == version + 1


def test_hand_over_asks_features_what_else_passes_on(firm, people, monkeypatch):
    seen = []
    monkeypatch.setattr(reassignment, "REASSIGN_USER_HOOKS", [lambda old, new: seen.append((old.name, new.name)) or 3])
    assert disable_user(people["anna"], people["clara"]) == 4
    assert seen == [("Anna Reyes", "Clara Whitfield")]


def test_what_is_done_stays_with_whoever_did_it(firm, people, monkeypatch):
    person = Person(label="Li", team_id=team_id("Inland"), counselor_id=people["anna"].id)
    db.session.add(person)
    db.session.flush()
    monkeypatch.setattr(
        reassignment, "PASSES", {"person": lambda: Record.id.in_(sa.select(Person.id).where(Person.city == "Wuxi"))}
    )
    assert reassignment.reassign_user_records(people["anna"], people["clara"]) == 1
    assert (firm.counselor_id, person.counselor_id) == (people["clara"].id, people["anna"].id)


def test_open_follow_ups_pass_on_and_done_ones_stay(people):
    anna = people["anna"]
    same = {"counselor_id": anna.id, "team_id": team_id("Inland"), "due_on": date(2026, 3, 12), "zone": "UTC"}
    made = [FollowUp(title=state.value, label=state.value, state=state, **same) for state in FollowUpState]
    db.session.add_all(made)
    db.session.flush()
    disable_user(anna, people["clara"])
    assert {f.title for f in made if f.counselor_id == people["clara"].id} == {"open"}


def test_what_hangs_on_what_passes_on_goes_along(session, people):
    anna, clara = people["anna"], people["clara"]
    organization = secluded(client_of("Inland", counselor=anna), people["dora"])
    meter, need = product(organization), save_need(SYSTEM, {"title": "Agents", "organization_id": organization.id})
    deal = make_opportunity(organization, counselor=anna)
    follow_up = step(deal, date(2026, 3, 12))
    assert {row.counselor_id for row in (meter, need, deal, follow_up)} == {anna.id}
    put_mail("followup_due", to=anna, subject="Call", text="t", html="<p>t</p>", dedupe_key="d", record=follow_up)
    disable_user(anna, clara)
    assert {row.counselor_id for row in (organization, meter, need, deal, follow_up)} == {clara.id}
    assert [(c.field, c.old, c.new) for c in list_changes(deal.id)][:1] == [
        (ChangedField.counselor, "Anna Reyes", "Clara Whitfield")
    ]
    assert session.scalars(sa.select(Mail.state)).all() == [MailState.cancelled]


def test_heir_must_see_what_passes_on(firm, people):
    assert [u.name for u in reassignment.candidates(people["anna"].id)] == [
        "Ada Marsh",
        "Clara Whitfield",
        "Dora Lindqvist",
        "Nora Castillo",
        "Shen Yun",
    ]
    with pytest.raises(Invalid, match="Boris Keller is not in Inland"):
        reassignment.reassign_user_records(people["anna"], people["boris"])
    people["dora"].active = False
    with pytest.raises(Invalid, match="disabled"):
        reassignment.reassign_user_records(people["anna"], people["dora"])
    assert firm.counselor_id == people["anna"].id


def test_heir_of_a_confidential_record_sees_it_and_the_administrator_does_not(firm, people, actor):
    firm.confidential = True
    db.session.flush()
    disable_user(people["anna"], people["dora"])
    assert get_visible(Organization, actor("dora"), firm.id) is firm
    with pytest.raises(NotFound):
        get_visible(Organization, actor("admin"), firm.id)


def test_disable_with_nothing_to_pass_on_needs_no_heir(people):
    assert disable_user(people["boris"], None) == 0
    assert (people["boris"].active, people["boris"].disabled_at is not None) == (False, True)
    with pytest.raises(Invalid, match="already"):
        disable_user(people["boris"], None)


def test_hand_over_shows_nobody_an_opportunity_of_a_confidential_client_they_do_not_see(people, actor):
    anna, clara, dora = people["anna"], people["clara"], people["dora"]
    organization = secluded(client_of("Inland", "Zephyr Optics", counselor=clara), anna)
    deal = make_opportunity(organization, "Lenses", counselor=anna)
    assert get_visible(Opportunity, actor("anna"), deal.id).confidential
    assert reassign_user_records(anna, dora) == 1
    db.session.flush()
    db.session.expire_all()
    for record in (organization, deal):
        with pytest.raises(NotFound):
            get_visible(Record, actor("dora"), record.id)
        assert get_visible(Record, actor("clara"), record.id) is record


def test_hand_over_of_a_confidential_client_takes_what_hangs_on_it_along(people):
    anna, clara = people["anna"], people["clara"]
    organization = secluded(client_of("Inland", "Zephyr Optics", counselor=anna))
    meter = product(organization)
    reassign_user_records(anna, clara)
    db.session.flush()
    db.session.expire_all()
    assert {(row.counselor_id, row.confidential) for row in (organization, meter)} == {(clara.id, True)}


def test_hand_over_changes_nothing_of_others(people):
    anna, clara, dora = people["anna"], people["clara"], people["dora"]
    others = [client_of("Inland", counselor=dora), secluded(client_of("Inland", counselor=dora)), organization()]
    before = [(row.counselor_id, row.version) for row in others]
    client_of("Inland", counselor=anna)
    assert reassign_user_records(anna, clara) == 1
    db.session.expire_all()
    assert [(row.counselor_id, row.version) for row in others] == before


def test_hand_over_takes_what_hangs_on_a_client_from_whoever_had_it(people):
    anna, clara, dora = people["anna"], people["clara"], people["dora"]
    organization, other = client_of("Inland", counselor=anna), client_of("Inland", counselor=dora)
    meter, theirs = product(organization), product(other)
    need = save_need(SYSTEM, {"title": "Agents", "organization_id": organization.id})
    for row in (meter, need):
        row.counselor_id = dora.id
    db.session.flush()
    reassign_user_records(anna, clara)
    db.session.expire_all()
    assert [row.counselor_id for row in (organization, meter, need, theirs)] == [clara.id, clara.id, clara.id, dora.id]
    changes = sa.select(Change.diff).where(Change.root_id == meter.id, Change.what == "changed").order_by(Change.id)
    assert db.session.scalars(changes).all()[-1] == {"counselor_id": [dora.id, clara.id]}
