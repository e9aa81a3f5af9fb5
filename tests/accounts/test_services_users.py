"""What changes of users write: columns, teams, emails, events, ended sessions and returned records."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.accounts.models import AuthSession, KnownDevice, SecurityEvent
from crm.accounts.policy import EventKind
from crm.accounts.services import profile, reassignment, returning, users
from crm.accounts.services.teams import TeamValues, save_team
from crm.accounts.services.users import AccountValues, UserLocale
from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.history import Batch
from crm.core.data.identity import Team, User
from crm.core.errors import Invalid
from crm.core.mail.outbox.policy import MailState
from crm.core.policy import SYSTEM, DateFormat, ReminderChoice, Role
from tests.accounts.lookups import mails, record, team_id, teams


def events() -> list[tuple[str, int | None, str, int | None]]:
    stmt = sa.select(SecurityEvent).order_by(SecurityEvent.id)
    return [(row.kind.value, row.user_id, row.detail, row.count) for row in db.session.scalars(stmt)]


def values_of(user: User, **changes) -> AccountValues:
    names = ("email", "name", "role", "has_compliance", "is_china_desk", "native_name")
    values = {name: getattr(user, name) for name in names} | {"team_ids": tuple(teams(user.id))}
    return AccountValues(**(values | changes))


def add_sessions(*owners: User) -> None:
    for n, user in enumerate(owners):
        db.session.add(AuthSession(token_hash=f"{n}", user_id=user.id, created_at=now(), seen_at=now()))
        db.session.add(KnownDevice(user_id=user.id, token_hash=f"{n}", created_at=now(), seen_at=now()))
    db.session.flush()


def open_sessions() -> list[int]:
    return list(db.session.scalars(sa.select(AuthSession.user_id).where(AuthSession.ended_at.is_(None))))


def test_new_user_has_the_given_values(people, actor, clock):
    account = AccountValues(
        " Li@Demo.example ", "Li Hui", Role.staff, (team_id("Bay"), team_id("Inland")), True, True, "李慧"
    )
    user, _link = users.invite_user(actor("admin"), account, UserLocale("Asia/Shanghai", "zh"))
    assert (user.email, user.name, user.native_name, user.role) == ("li@demo.example", "Li Hui", "李慧", Role.staff)
    assert (user.zone, user.country, user.language, user.password) == ("Asia/Shanghai", "CN", "zh", None)
    assert (user.has_compliance, user.is_china_desk, user.created_at) == (True, True, now())
    assert teams(user.id) == [team_id("Bay"), team_id("Inland")]
    assert events() == [("invited", user.id, "", None)]
    assert users.add_user(values_of(user, email="x@demo.example"), UserLocale("UTC"), "hash").country == "US"


def test_invitation_is_sent_again_only_while_there_is_no_password(people, actor, clock):
    anna = people["anna"]
    for password, active in (("hash", True), (None, False)):
        anna.password, anna.active = password, active
        with pytest.raises(Invalid, match="haven't chosen a password"):
            users.resend_invitation(actor("admin"), anna)
    anna.password, anna.active = None, True
    link = users.resend_invitation(actor("admin"), anna)
    assert (anna.invited_at, events()) == (now(), [("invited", anna.id, "", None)])
    assert (mails()[-1].kind, mails()[-1].user_id, "/invitation/" in link) == ("invitation", anna.id, True)


def test_invitation_sent_again_replaces_one_that_waits_and_a_repeated_click_sends_none(people, actor, clock):
    account = AccountValues("li@demo.example", "Li Hui", Role.staff, (team_id("Inland"),))
    user, _link = users.invite_user(actor("admin"), account, UserLocale())
    clock.forward(seconds=59)
    assert users.resend_invitation(actor("admin"), user) == ""
    assert ([mail.state for mail in mails()], len(events())) == ([MailState.pending], 1)
    clock.forward(seconds=1)
    assert "/invitation/" in users.resend_invitation(actor("admin"), user)
    assert [mail.state for mail in mails()] == [MailState.canceled, MailState.pending]
    clock.forward(hours=1)
    mails()[-1].state = MailState.sent
    assert users.resend_invitation(actor("admin"), user)
    assert [mail.state for mail in mails()] == [MailState.canceled, MailState.sent, MailState.pending]


def test_change_of_a_user_is_logged_with_its_differences(people):
    anna, uniquifier = people["anna"], people["anna"].fs_uniquifier
    changed = {"role": Role.manager, "has_compliance": True, "is_china_desk": True, "email": " New@demo.example"}
    users.change_user(SYSTEM, anna, values_of(anna, **changed, team_ids=(team_id("Valley"), team_id("Bay"))))
    detail = (
        "role: staff → manager; rights: - → compliance, china_desk; teams: Inland → Bay, Valley; "
        "email: anna@demo.example → new@demo.example"
    )
    assert events() == [("changed", anna.id, detail, None)]
    assert (anna.email, anna.fs_uniquifier != uniquifier) == ("new@demo.example", True)
    assert teams(anna.id) == [team_id("Valley"), team_id("Bay")]
    assert {mail.address for mail in mails()} == {"anna@demo.example", "new@demo.example"}
    uniquifier = anna.fs_uniquifier
    users.change_user(SYSTEM, anna, values_of(anna, name="Anna", native_name="安娜"))
    assert (anna.name, anna.native_name, anna.fs_uniquifier) == ("Anna", "安娜", uniquifier)
    assert (len(events()), len(mails())) == (1, 2)
    users.change_user(SYSTEM, anna, values_of(anna, role=Role.network_manager, team_ids=()))
    assert events()[-1][2] == "role: manager → network_manager; teams: Bay, Valley → -"


def test_last_active_administrator_stays(people):
    admin, clara = people["admin"], people["clara"]
    clara.role, clara.active = Role.administrator, False
    db.session.flush()
    for act in (
        lambda: users.change_user(SYSTEM, admin, values_of(admin, role=Role.manager)),
        lambda: users.deactivate_user(admin, None),
    ):
        with pytest.raises(Invalid, match="Ada Marsh is the last one"):
            act()
    users.change_user(SYSTEM, admin, values_of(admin, name="Ada"))
    clara.active = True
    db.session.flush()
    users.change_user(SYSTEM, admin, values_of(admin, role=Role.manager))
    assert admin.role is Role.manager


def test_deactivated_user_is_signed_out_and_gets_the_records_back(people, clock):
    anna, clara, dora, boris = (people[name] for name in ("anna", "clara", "dora", "boris"))
    add_sessions(anna, boris)
    early = record("Early", anna)
    reassignment.reassign_user_records(anna, clara)
    clock.forward(hours=1)
    rows = [record(name, anna, None if name == "Shared" else "Inland") for name in ("A", "Shared", "B", "C", "D")]
    uniquifier, by_group = anna.fs_uniquifier, {(0, "organization"): dora}
    assert users.deactivate_user(anna, clara, by_group) == 5
    assert (anna.active, anna.disabled_at, anna.fs_uniquifier != uniquifier) == (False, now(), True)
    assert (open_sessions(), db.session.scalars(sa.select(KnownDevice.user_id)).all()) == ([boris.id], [boris.id])
    detail = f"{anna.email} → "
    assert events()[1:] == [
        ("handed_over", anna.id, f"{detail}{dora.email}", 1),
        ("handed_over", anna.id, f"{detail}{clara.email}", 4),
        ("disabled", anna.id, "", None),
    ]
    rows[3].counselor_id, rows[4].team_id = boris.id, team_id("Bay")
    db.session.flush()
    owned = {row.owner.id: row.record_ids for row in returning.list_returnable(anna)}
    assert owned == {clara.id: [rows[0].id, rows[2].id], dora.id: [rows[1].id]}
    assert [row.owner.id for row in returning.list_returnable(anna)] == sorted([clara.id, dora.id])
    assert returning.list_returnable(boris) == []
    anna.role = Role.network_manager
    db.session.flush()
    assert rows[4].id in returning.list_returnable(anna)[0].record_ids
    anna.role = Role.staff
    clock.forward(days=1)
    assert users.reactivate_user(anna, gets_records=True) == 3
    assert [row.counselor_id for row in (early, *rows)] == [clara.id, anna.id, anna.id, anna.id, boris.id, clara.id]
    assert sorted(events()[4:]) == sorted(
        [
            ("handed_over", clara.id, f"{clara.email} → {anna.email}", 2),
            ("handed_over", dora.id, f"{dora.email} → {anna.email}", 1),
            ("enabled", anna.id, "", None),
        ]
    )
    assert (anna.active, anna.disabled_at, returning.list_returnable(anna)) == (True, None, [])
    stmt = sa.select(Batch.at, Batch.undone_at).where(Batch.kind == "reassign")
    batches = db.session.execute(stmt.order_by(Batch.id)).all()
    assert batches == [(now() - timedelta(days=1, hours=1), None), (now() - timedelta(days=1), now())]


def test_reactivated_user_leaves_the_records_by_default(people):
    anna, clara = people["anna"], people["clara"]
    row = record("A", anna)
    users.deactivate_user(anna, clara)
    assert users.reactivate_user(anna) == 0
    assert row.counselor_id == clara.id


def test_signed_out_user_has_no_session_and_no_known_device(people):
    anna, boris = people["anna"], people["boris"]
    add_sessions(anna, anna, boris)
    assert users.sign_out_user(anna) == 2
    assert (open_sessions(), db.session.scalars(sa.select(KnownDevice.user_id)).all()) == ([boris.id], [boris.id])
    assert events() == [("ended_all", anna.id, "", 2)]


def test_records_are_grouped_by_team_and_kind_shared_ones_last(people):
    anna = people["anna"]
    for name, team in (("A", None), ("B", "Inland"), ("C", "Bay"), ("D", "Inland")):
        record(name, anna, team)
    record("E", people["boris"], "Bay")
    groups = reassignment.list_record_groups(anna.id)
    assert [(group.key[1], group.team, group.number) for group in groups] == [
        ("organization", "Bay", 1),
        ("organization", "Inland", 2),
        ("organization", "", 1),
    ]
    assert [group.key[0] for group in groups] == [team_id("Bay"), team_id("Inland"), 0]
    assert reassignment.affected_teams(groups) == {team_id("Bay"), team_id("Inland")}
    candidates = reassignment.list_candidates(anna.id)
    new_owners = reassignment.limit_candidates(candidates, reassignment.affected_teams(groups))
    assert [user.name for user in new_owners] == ["Nora Castillo", "Shen Yun"]


def test_new_owners_are_other_active_users_with_a_password(people):
    people["boris"].active, people["dora"].password = False, None
    db.session.flush()
    candidates = reassignment.list_candidates(people["anna"].id)
    names = ["Ada Marsh", "Clara Whitfield", "Nora Castillo", "Shen Yun"]
    assert [candidate.user.name for candidate in candidates] == names
    assert [len(candidate.team_ids) for candidate in candidates] == [1, 1, 0, 3]


def test_owner_must_be_another_user_and_records_need_one(people):
    anna, clara = people["anna"], people["clara"]
    row, shared = record("A", anna), record("B", anna, None)
    by_team = {(row.team_id, "organization"): clara}
    for owner, by_group, message in (
        (anna, None, "Choose another user."),
        (None, None, "Choose a user to reassign the records to."),
        (None, by_team, "Choose a user to reassign the records to."),
        (clara, {(0, "organization"): anna}, "Choose another user."),
    ):
        with pytest.raises(Invalid, match=message) as refused:
            reassignment.reassign_user_records(anna, owner, by_group)
        assert refused.value.field == "new_owner"
    boris = people["boris"]
    assert reassignment.reassign_user_records(anna, None, by_team | {(0, "organization"): boris}) == 2
    assert (row.counselor_id, shared.counselor_id) == (clara.id, boris.id)


def test_team_is_saved_and_its_name_is_unique(people):
    values = TeamValues("Coast", "MX", "America/Tijuana", "1 Main St")
    coast = save_team(Team(), values)
    assert (coast.name, coast.country, coast.zone, coast.postal_address) == tuple(vars(values).values())
    with pytest.raises(Invalid, match="already exists") as refused:
        save_team(Team(), TeamValues("Coast"))
    assert refused.value.field == "name"
    assert db.session.scalars(sa.select(Team.name).order_by(Team.name)).all() == ["Bay", "Coast", "Inland", "Valley"]


def test_profile_is_changed_completely(people):
    chosen = profile.Profile(
        "Anna R.", "安娜", "Asia/Shanghai", "CN", "zh", DateFormat.iso, 9, ReminderChoice.all, keys_on=False
    )
    profile.change_profile(people["anna"], chosen)
    assert {name: getattr(people["anna"], name) for name in vars(chosen)} == vars(chosen)


def test_event_kinds_of_accounts_have_the_account(people):
    users.deactivate_user(people["boris"], None)
    event = db.session.scalars(sa.select(SecurityEvent).where(SecurityEvent.kind == EventKind.disabled)).one()
    assert (event.email, event.user_id) == ("boris@demo.example", people["boris"].id)
