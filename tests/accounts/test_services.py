"""Handing over, inviting, links and mails, apart from their pages."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.accounts.jobs import forget_old_sessions
from crm.accounts.links import Purpose, link_for, user_of_link
from crm.accounts.models import AuthSession, LoginTry, SecurityEvent
from crm.accounts.passwords import check_new_password, hash_password, is_password
from crm.accounts.services import handover
from crm.accounts.services.users import Account, Place, add_user, change_user, disable_user, invite_user, set_teams
from crm.core.audit import Change
from crm.core.clock import now
from crm.core.db import db
from crm.core.edge import load_actor
from crm.core.errors import Forbidden, Invalid, NotFound
from crm.core.identity import Membership
from crm.core.messages import render_mail
from crm.core.outbox.models import Mail
from crm.core.outbox.policy import MailState
from crm.core.outbox.put import put_mail
from crm.core.policy import SYSTEM, Role
from crm.core.record import Record, get_visible
from crm.followups.models import FollowUp
from crm.followups.words import FollowUpState
from crm.opportunities.history import changes_of
from crm.opportunities.policy import ChangedField
from crm.organizations.models import Organization
from crm.people.models import Person
from crm.projects.services import save_need
from tests.accounts.asking import team_id
from tests.factories import client_of, product, secluded
from tests.factories.cases import case, step


@pytest.fixture
def firm(people):
    made = Organization(name="Pumps", label="Pumps", team_id=team_id("Inland"), counselor_id=people["anna"].id)
    db.session.add(made)
    db.session.flush()
    return made


def test_hand_over_keeps_history_of_each_record(firm, people):
    version = firm.version
    assert handover.hand_over(people["anna"], people["clara"]) == 1
    asked = sa.select(Change).where(Change.root_id == firm.id, Change.what == "changed")
    change = db.session.scalars(asked).one()
    assert change.diff == {"counselor_id": [people["anna"].id, people["clara"].id]}
    assert firm.version == version + 1


def test_hand_over_asks_features_what_else_passes_on(firm, people, monkeypatch):
    seen = []
    monkeypatch.setattr(handover, "HEIRS", [lambda old, new: seen.append((old.name, new.name)) or 3])
    assert disable_user(people["anna"], people["clara"]) == 4
    assert seen == [("Anna Reyes", "Clara Whitfield")]


def test_what_is_done_stays_with_whoever_did_it(firm, people, monkeypatch):
    person = Person(label="Li", team_id=team_id("Inland"), counselor_id=people["anna"].id)
    db.session.add(person)
    db.session.flush()
    monkeypatch.setattr(
        handover, "PASSES", {"person": lambda: Record.id.in_(sa.select(Person.id).where(Person.city == "Wuxi"))}
    )
    assert handover.hand_over(people["anna"], people["clara"]) == 1
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
    firm = secluded(client_of("Inland", counselor=anna), people["dora"])
    meter, need = product(firm), save_need(SYSTEM, {"title": "Agents", "organization_id": firm.id})
    deal = case(firm, counselor=anna)
    promise = step(deal, date(2026, 3, 12))
    assert {row.counselor_id for row in (meter, need, deal, promise)} == {anna.id}
    put_mail("followup_due", to=anna, subject="Call", text="t", html="<p>t</p>", dedupe_key="d", record=promise)
    disable_user(anna, clara)
    assert {row.counselor_id for row in (firm, meter, need, deal, promise)} == {clara.id}
    assert [(c.field, c.old, c.new) for c in changes_of(deal.id)][:1] == [
        (ChangedField.counselor, "Anna Reyes", "Clara Whitfield")
    ]
    assert session.scalars(sa.select(Mail.state)).all() == [MailState.cancelled]


def test_heir_must_see_what_passes_on(firm, people):
    assert [u.name for u in handover.candidates(people["anna"].id)] == [
        "Ada Marsh", "Clara Whitfield", "Dora Lindqvist", "Nora Castillo", "Shen Yun"
    ]  # fmt: skip
    with pytest.raises(Invalid, match="Boris Keller is not in Inland"):
        handover.hand_over(people["anna"], people["boris"])
    people["dora"].active = False
    with pytest.raises(Invalid, match="disabled"):
        handover.hand_over(people["anna"], people["dora"])
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


def test_set_teams_keeps_the_order_given(people):
    anna = people["anna"]
    set_teams(anna, [team_id("Valley"), team_id("Inland"), team_id("Valley")])
    asked = sa.select(Membership.team_id).where(Membership.user_id == anna.id).order_by(Membership.position)
    assert list(db.session.scalars(asked)) == [team_id("Valley"), team_id("Inland")]


def test_manager_cannot_invite_beyond_the_own_team(people, actor):
    for account in (
        Account("a@demo.example", "A", Role.manager, (team_id("Inland"),)),
        Account("a@demo.example", "A", Role.staff, (team_id("Bay"),)),
        Account("a@demo.example", "A", Role.staff, (team_id("Inland"),), has_compliance=True),
    ):
        with pytest.raises(Forbidden):
            invite_user(actor("clara"), account, Place())
    with pytest.raises(Forbidden):
        invite_user(actor("anna"), Account("a@demo.example", "A", Role.staff, (team_id("Inland"),)), Place())
    with pytest.raises(Invalid, match="Choose the team"):
        invite_user(actor("clara"), Account("a@demo.example", "A", Role.staff, ()), Place())


def test_address_is_taken_in_any_case(people):
    with pytest.raises(Invalid, match="already"):
        add_user(Account("ANNA@demo.example", "A", Role.staff, ()), Place())


def test_country_is_guessed_from_the_zone(people):
    assert add_user(Account("a@demo.example", "A", Role.staff, ()), Place("Asia/Shanghai")).country == "CN"


def test_link_dies_with_the_uniquifier(app, people):
    anna = people["anna"]
    token = link_for(Purpose.invitation, anna).rsplit("/", 1)[1]
    assert user_of_link(Purpose.invitation, token) is anna
    anna.fs_uniquifier = "another"
    db.session.flush()
    with pytest.raises(NotFound):
        user_of_link(Purpose.invitation, token)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "WyJ4Il0.aa.bb"])
def test_link_that_is_none(app, people, token):
    with pytest.raises(NotFound):
        user_of_link(Purpose.reset, token)


@pytest.mark.parametrize(
    ("kind", "more"), [("invitation", {"by": "Ada <b>", "days": 7}), ("password_reset", {"hours": 2})]
)
def test_mails_say_the_link_in_text_and_html(app, people, kind, more):
    made = render_mail(kind, "en", user=people["anna"], link="http://localhost/x", **more)
    assert "http://localhost/x" in made.text
    assert 'href="http://localhost/x"' in made.html
    assert "Ada <b>" not in made.html
    assert made.subject


def test_invitation_is_a_secret_mail_in_the_outbox(people, actor):
    account = Account("a@demo.example", "A", Role.staff, (team_id("Bay"),))
    user, link = invite_user(actor("admin"), account, Place())
    mail = db.session.scalars(sa.select(Mail)).one()
    assert (mail.kind, mail.user_id, mail.secret, link in mail.text) == ("invitation", user.id, True, True)


def test_what_waits_goes_to_the_new_address_and_old_links_nowhere(people, actor):
    anna = people["anna"]
    common = {"to": anna, "subject": "S", "text": "T", "html": ""}
    told = put_mail("digest", dedupe_key="digest:1:2026-03-10", **common)
    link = put_mail("password_reset", dedupe_key="reset:1", secret=True, **common)
    gone = put_mail("digest", dedupe_key="digest:1:2026-03-09", **common)
    gone.state = MailState.sent
    db.session.flush()
    change_user(anna, Account("reyes@demo.example", anna.name, anna.role, (team_id("Inland"),)))
    for mail in (told, link, gone):
        db.session.refresh(mail)
    assert (told.address, told.state) == ("reyes@demo.example", MailState.pending)
    assert link.state is MailState.cancelled
    assert gone.address == "anna@demo.example"


def test_password_is_the_same_however_it_is_composed(app, people):
    kept = hash_password("café with four words")
    assert kept.startswith("$argon2id$")
    assert is_password("cafe\u0301 with four words", kept)
    assert not is_password("cafe with four words", kept)
    assert not is_password("x" * 2000, kept)


def test_nobodys_password_is_none(app, people):
    assert not is_password("a password that nobody has", None)


@pytest.mark.parametrize("password", ["annareyes1", "anna@demo.example", "causeway123", "qwertyuiop", "x" * 300])
def test_easy_passwords_are_refused(password):
    with pytest.raises(Invalid) as refused:
        check_new_password(password, "Anna Reyes", "anna@demo.example")
    assert refused.value.field == "password"


@pytest.mark.parametrize("password", ["four unrelated words", "一二三四五六七八九十百千", "x" * 40 + "kettle moss 7"])
def test_length_is_enough(password):
    assert check_new_password(password, "Anna Reyes") == password


def test_one_loader_however_many_applications(app, new_app):
    new_app()
    new_app()
    assert len(load_actor) == 1


def test_old_sessions_and_tries_are_forgotten(session, people, clock):
    anna = people["anna"].id
    session.add_all([
        AuthSession(token_hash="a", user_id=anna, created_at=now(), seen_at=now()),
        LoginTry(key="k", since=now(), count=3),
        SecurityEvent(at=now(), user_id=anna, what="failed"),
    ])  # fmt: skip
    session.flush()
    kept = (AuthSession, LoginTry, SecurityEvent)
    counts = []
    for days in (0, 2, 100, 800):
        clock.forward(days=days)
        forget_old_sessions()
        forget_old_sessions()
        counts.append([session.scalar(sa.select(sa.func.count()).select_from(table)) for table in kept])
    assert counts == [[1, 1, 1], [1, 0, 1], [0, 0, 1], [0, 0, 0]]
