"""Teams, invitations, links, mails and passwords, apart from their pages."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.accounts.jobs import delete_old_sessions
from crm.accounts.links import Purpose, link_for, user_of_link
from crm.accounts.models import AuthSession, LoginTry, SecurityEvent
from crm.accounts.passwords import check_new_password, hash_password, is_password
from crm.accounts.policy import EventKind
from crm.accounts.services.users import (
    Account,
    UserLocale,
    add_user,
    change_user,
    disable_user,
    enable_user,
    invite_user,
    set_teams,
)
from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.identity import Membership
from crm.core.errors import Forbidden, Invalid, NotFound
from crm.core.lists.export import ExportLog
from crm.core.mail.messages import render_mail
from crm.core.mail.outbox.encryption import readable_text
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.mail.outbox.put import put_mail
from crm.core.policy import Role
from crm.core.web.edge import load_actor
from tests.accounts.lookups import team_id


def test_set_teams_keeps_the_order_given(people):
    anna = people["anna"]
    set_teams(anna, [team_id("Valley"), team_id("Inland"), team_id("Valley")])
    stmt = sa.select(Membership.team_id).where(Membership.user_id == anna.id).order_by(Membership.position)
    assert list(db.session.scalars(stmt)) == [team_id("Valley"), team_id("Inland")]


def test_manager_cannot_invite_beyond_the_own_team(people, actor):
    for account in (
        Account("a@demo.example", "A", Role.manager, (team_id("Inland"),)),
        Account("a@demo.example", "A", Role.staff, (team_id("Bay"),)),
        Account("a@demo.example", "A", Role.staff, (team_id("Inland"),), has_compliance=True),
    ):
        with pytest.raises(Forbidden):
            invite_user(actor("clara"), account, UserLocale())
    with pytest.raises(Forbidden):
        invite_user(actor("anna"), Account("a@demo.example", "A", Role.staff, (team_id("Inland"),)), UserLocale())
    with pytest.raises(Invalid, match="Choose the team"):
        invite_user(actor("clara"), Account("a@demo.example", "A", Role.staff, ()), UserLocale())


def test_address_is_taken_in_any_case(people):
    with pytest.raises(Invalid, match="already"):
        add_user(Account("ANNA@demo.example", "A", Role.staff, ()), UserLocale())


def test_country_is_guessed_from_the_zone(people):
    assert add_user(Account("a@demo.example", "A", Role.staff, ()), UserLocale("Asia/Shanghai")).country == "CN"


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
    user, link = invite_user(actor("admin"), account, UserLocale())
    mail = db.session.scalars(sa.select(Mail)).one()
    assert (mail.kind, mail.user_id, mail.secret, link in readable_text(mail)) == ("invitation", user.id, True, True)


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
    session.add_all(
        [
            AuthSession(token_hash="a", user_id=anna, created_at=now(), seen_at=now()),
            LoginTry(key="k", since=now(), count=3),
            SecurityEvent(at=now(), user_id=anna, what=EventKind.failed),
            ExportLog(at=now(), user_id=anna, listing="people", filters={}, rows=3, format="csv"),
        ]
    )
    session.flush()
    kept = (AuthSession, LoginTry, SecurityEvent, ExportLog)
    counts = []
    for days in (0, 2, 100, 299):
        clock.forward(days=days)
        delete_old_sessions()
        delete_old_sessions()
        counts.append([session.scalar(sa.select(sa.func.count()).select_from(table)) for table in kept])
    assert counts == [[1, 1, 1, 1], [1, 0, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0]]


def test_links_from_before_a_deactivation_stay_dead_when_the_user_is_back(app, people, clock):
    anna = people["anna"]
    token = link_for(Purpose.reset, anna).rpartition("/")[2]
    assert user_of_link(Purpose.reset, token) is anna
    disable_user(anna, people["clara"])
    assert (anna.active, anna.disabled_at) == (False, now())
    enable_user(anna)
    assert (anna.active, anna.disabled_at) == (True, None)
    with pytest.raises(NotFound):
        user_of_link(Purpose.reset, token)
