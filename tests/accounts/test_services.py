"""Services of accounts: teams, invitations, links, mails and passwords."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.accounts.jobs import delete_old_sessions
from crm.accounts.links import LinkPurpose, build_link, load_link_user
from crm.accounts.models import AuthSession, KnownDevice, LoginTry, SecurityEvent
from crm.accounts.passwords import check_new_password, hash_password, verify_password
from crm.accounts.policy import EventKind
from crm.accounts.services.users import (
    AccountValues,
    UserLocale,
    add_user,
    change_user,
    deactivate_user,
    invite_user,
    reactivate_user,
    set_teams,
)
from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.identity import Membership
from crm.core.errors import Forbidden, Invalid, NotFound
from crm.core.lists.export_log import ExportLog
from crm.core.mail.messages import RenderedMail, render_mail
from crm.core.mail.outbox.encryption import readable_text
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.mail.outbox.put import put_mail
from crm.core.policy import SYSTEM, Role
from crm.core.web.edge import actor_loader
from tests.accounts.lookups import team_id, teams


def test_set_teams_keeps_given_order(people):
    anna = people["anna"]
    set_teams(anna, [team_id("Valley"), team_id("Inland"), team_id("Valley")])
    stmt = sa.select(Membership.team_id).where(Membership.user_id == anna.id).order_by(Membership.position)
    assert list(db.session.scalars(stmt)) == [team_id("Valley"), team_id("Inland")]


def test_manager_cannot_invite_beyond_own_team(people, actor):
    for account in (
        AccountValues("a@demo.example", "A", Role.manager, (team_id("Inland"),)),
        AccountValues("a@demo.example", "A", Role.staff, (team_id("Bay"),)),
        AccountValues("a@demo.example", "A", Role.staff, (team_id("Inland"),), has_compliance=True),
    ):
        with pytest.raises(Forbidden):
            invite_user(actor("clara"), account, UserLocale())
    with pytest.raises(Forbidden):
        invite_user(actor("anna"), AccountValues("a@demo.example", "A", Role.staff, (team_id("Inland"),)), UserLocale())
    with pytest.raises(Invalid, match="Choose a team"):
        invite_user(actor("clara"), AccountValues("a@demo.example", "A", Role.staff, ()), UserLocale())


def test_email_address_is_unique_ignoring_case(people):
    with pytest.raises(Invalid, match="already"):
        add_user(AccountValues("ANNA@demo.example", "A", Role.staff, ()), UserLocale())


def test_country_follows_from_time_zone(people):
    assert add_user(AccountValues("a@demo.example", "A", Role.staff, ()), UserLocale("Asia/Shanghai")).country == "CN"


def test_link_ends_with_new_uniquifier(app, people):
    anna = people["anna"]
    token = build_link(LinkPurpose.invitation, anna).rsplit("/", 1)[1]
    assert load_link_user(LinkPurpose.invitation, token) is anna
    anna.fs_uniquifier = "another"
    db.session.flush()
    with pytest.raises(NotFound):
        load_link_user(LinkPurpose.invitation, token)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "WyJ4Il0.aa.bb"])
def test_malformed_link_is_refused(app, people, token):
    with pytest.raises(NotFound):
        load_link_user(LinkPurpose.reset, token)


@pytest.mark.parametrize(
    ("kind", "more"), [("invitation", {"by": "Ada <b>", "days": 7}), ("password_reset", {"hours": 2})]
)
def test_mails_have_link_in_text_and_html(app, people, kind, more):
    rendered = render_mail(kind, "en", user=people["anna"], link="http://localhost/x", **more)
    assert "http://localhost/x" in rendered.text
    assert 'href="http://localhost/x"' in rendered.html
    assert "Ada <b>" not in rendered.html
    assert rendered.subject


def test_invitation_is_a_secret_mail_in_the_outbox(people, actor, clock):
    account = AccountValues("a@demo.example", "A", Role.staff, (team_id("Bay"),))
    user, link = invite_user(actor("admin"), account, UserLocale())
    assert (user.invited_at, user.active) == (now(), True)
    mail = db.session.scalars(sa.select(Mail)).one()
    assert (mail.kind, mail.user_id, mail.secret, link in readable_text(mail)) == ("invitation", user.id, True, True)


def test_pending_mails_go_to_new_address_and_old_links_are_canceled(people, actor):
    anna = people["anna"]
    rendered = RenderedMail("S", "T", "")
    digest = put_mail("digest", rendered, to=anna, dedupe_key="digest:1:2026-03-10")
    link = put_mail("password_reset", rendered, to=anna, dedupe_key="reset:1")
    sent_digest = put_mail("digest", rendered, to=anna, dedupe_key="digest:1:2026-03-09")
    sent_digest.state = MailState.sent
    db.session.flush()
    change_user(SYSTEM, anna, AccountValues("reyes@demo.example", anna.name, anna.role, (team_id("Inland"),)))
    for mail in (digest, link, sent_digest):
        db.session.refresh(mail)
    assert (digest.address, digest.state) == ("reyes@demo.example", MailState.pending)
    assert link.state is MailState.canceled
    assert sent_digest.address == "anna@demo.example"


def test_password_matches_in_any_unicode_composition(app, people):
    password_hash = hash_password("café with four words")
    assert password_hash.startswith("$argon2id$")
    assert verify_password("cafe\u0301 with four words", password_hash)
    assert not verify_password("cafe with four words", password_hash)
    assert not verify_password("x" * 2000, password_hash)


def test_password_of_user_without_hash_never_matches(app, people):
    assert not verify_password("a password that nobody has", None)


@pytest.mark.parametrize("password", ["annareyes1", "anna@demo.example", "causeway123", "qwertyuiop", "x" * 300])
def test_easy_passwords_are_refused(password):
    with pytest.raises(Invalid) as refused:
        check_new_password(password, "Anna Reyes", "anna@demo.example")
    assert refused.value.field == "password"


@pytest.mark.parametrize("password", ["four unrelated words", "一二三四五六七八九十百千", "x" * 40 + "kettle moss 7"])
def test_long_password_is_accepted(password):
    assert check_new_password(password, "Anna Reyes") == password


def test_several_applications_have_one_actor_loader(app, new_app):
    new_app()
    new_app()
    assert len(actor_loader) == 1


def test_old_sessions_attempts_and_events_are_deleted(session, people, clock):
    anna = people["anna"].id
    session.add_all(
        [
            AuthSession(token_hash="a", user_id=anna, created_at=now(), seen_at=now()),
            LoginTry(key="k", since=now(), count=3),
            SecurityEvent(at=now(), user_id=anna, kind=EventKind.failed),
            ExportLog(at=now(), user_id=anna, listing="people", filters={}, rows=3, format="csv"),
        ]
    )
    session.flush()
    tables = (AuthSession, LoginTry, SecurityEvent, ExportLog)
    counts = []
    for days in (0, 2, 100, 299):
        clock.forward(days=days)
        delete_old_sessions()
        delete_old_sessions()
        counts.append([session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables])
    assert counts == [[1, 1, 1, 1], [1, 0, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0]]


def test_links_before_deactivation_stay_invalid_after_reactivation(app, people, clock):
    anna = people["anna"]
    token = build_link(LinkPurpose.reset, anna).rpartition("/")[2]
    assert load_link_user(LinkPurpose.reset, token) is anna
    for name in ("anna", "clara"):
        db.session.add(KnownDevice(user_id=people[name].id, token_hash=name, created_at=now(), seen_at=now()))
    deactivate_user(anna, people["clara"])
    assert (anna.active, anna.disabled_at) == (False, now())
    assert list(db.session.scalars(sa.select(KnownDevice.user_id))) == [people["clara"].id]
    reactivate_user(anna)
    assert (anna.active, anna.disabled_at) == (True, None)
    with pytest.raises(NotFound):
        load_link_user(LinkPurpose.reset, token)


@pytest.mark.parametrize("role", [Role.staff, Role.manager])
def test_counselor_or_manager_cannot_be_left_without_a_team(people, role):
    with pytest.raises(Invalid) as refused:
        change_user(SYSTEM, people["anna"], AccountValues("anna@demo.example", "Anna Reyes", role, ()))
    assert (refused.value.field, teams(people["anna"].id)) == ("team_ids", [team_id("Inland")])
