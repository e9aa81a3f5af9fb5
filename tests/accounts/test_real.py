"""Code that commits by itself, on a database of its own with CSRF tokens."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
import sqlalchemy as sa

from crm.accounts.demo import make_demo_people
from crm.accounts.models import AuthSession, LoginTry, SecurityEvent
from crm.accounts.policy import EventKind
from crm.accounts.services.users import AccountValues, UserLocale, add_user, deactivate_user, resend_invitation
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.errors import Invalid
from crm.core.mail.outbox.models import Mail
from crm.core.policy import Actor, Role
from tests.fixtures.forms import token_of
from tests.fixtures.people import sign_in

ANNA = "anna@demo.example"


def count(app, table) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def test_failed_login_counts_although_request_rolls_back(peopled):
    client = peopled.test_client()
    data = {"email": ANNA, "password": "wrong", "csrf_token": token_of(client, "/login")}
    assert client.post("/login", data=data).status_code == 422
    with peopled.app_context():
        assert sorted(db.session.scalars(sa.select(LoginTry.count))) == [1, 1]
        assert db.session.scalars(sa.select(SecurityEvent.kind)).all() == [EventKind.failed]


def test_simultaneous_attempts_are_all_counted(peopled):
    def attempt(_number: int) -> int:
        client = peopled.test_client()
        data = {"email": ANNA, "password": "wrong", "csrf_token": token_of(client, "/login")}
        return client.post("/login", data=data).status_code

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(attempt, range(14)))
    assert answers == [422] * 10 + [429] * 4


def test_signed_in_user_can_sign_in_again(peopled):
    """The request holds the write lock when the actor is loaded; signing in must not block itself."""
    client = peopled.test_client()
    sign_in(client, ANNA)
    data = {"email": "boris@demo.example", "password": "causeway-demo", "csrf_token": token_of(client, "/profile")}
    assert client.post("/login", data=data).status_code == 303
    assert "Boris Keller" in client.get("/profile").text


def test_password_change_does_not_block_itself(peopled):
    client = peopled.test_client()
    sign_in(client, ANNA)
    data = {"current_password": "causeway-demo", "password": "four unrelated words"}
    data["csrf_token"] = token_of(client, "/profile")
    assert client.post("/profile/password", data=data).status_code == 303
    assert client.get("/profile").status_code == 200


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "path",
    [
        "/login",
        "/logout",
        "/reset",
        "/profile",
        "/profile/password",
        "/profile/sessions/end-others",
        "/users/new",
        "/users/1/edit",
        "/users/1/disable",
        "/users/1/enable",
        "/users/1/invite",
        "/teams/new",
        "/teams/1/edit",
    ],
)
def test_form_without_token_is_refused_and_changes_nothing(peopled, path):
    client = peopled.test_client()
    sign_in(client, "admin@demo.example")
    with peopled.app_context():
        before = db.session.execute(sa.select(User.__table__).order_by(User.id)).all()
    assert client.post(path, data={"email": ANNA, "password": "causeway-demo", "name": "X"}).status_code == 400
    with peopled.app_context():
        assert db.session.execute(sa.select(User.__table__).order_by(User.id)).all() == before
        assert db.session.scalars(sa.select(AuthSession.ended_at)).all() == [None]


def test_demo_shows_seven_users_and_signs_in_without_script(real_db, new_app):
    app = new_app(CRM_DEMO=True)
    client = app.test_client()
    assert "demo.example" not in client.get("/login").text
    with app.app_context():
        make_demo_people()
        make_demo_people()
        db.session.commit()
    assert count(app, User) == 7
    page = client.get("/login").text
    assert page.count("@demo.example</div>") == 7
    assert '<code class="strong">causeway-demo</code>' in page
    assert "China desk in Shanghai, all teams" in page


def test_invitation_sent_again_twice_at_the_same_moment_is_one_email(peopled):
    with peopled.app_context():
        user_id = add_user(AccountValues("ada@example.org", "Ada", Role.staff, (1,)), UserLocale()).id
        db.session.commit()

    def resend() -> str:
        with peopled.app_context():
            link = resend_invitation(Actor(1, Role.administrator), db.session.get_one(User, user_id))
            db.session.commit()
            return link

    with ThreadPoolExecutor(1) as pool, peopled.app_context():
        first = resend_invitation(Actor(1, Role.administrator), db.session.get_one(User, user_id))
        second = pool.submit(resend)
        # Long enough for a call that doesn't wait; one that waits ends with the first.
        wait([second], timeout=1)
        db.session.commit()
        assert (bool(first), second.result()) == (True, "")
    with peopled.app_context():
        assert db.session.scalars(sa.select(Mail.kind)).all() == ["invitation"]


def test_one_of_two_administrators_deactivating_each_other_stays(peopled):
    """On both engines the second waits for the first, and then is the last administrator."""
    with peopled.app_context():
        admin = db.session.scalars(sa.select(User.id).where(User.role == Role.administrator)).one()
        account = AccountValues("ada@example.org", "Ada", Role.administrator, ())
        other = add_user(account, UserLocale(), "a hash").id
        db.session.commit()

    def disable(user_id: int) -> None:
        with peopled.app_context():
            deactivate_user(db.session.get_one(User, user_id), db.session.get_one(User, admin + other - user_id))
            db.session.commit()

    with ThreadPoolExecutor(1) as pool, peopled.app_context():
        deactivate_user(db.session.get_one(User, admin), db.session.get_one(User, other))
        second = pool.submit(disable, other)
        # Long enough for a call that doesn't wait; one that waits ends with the first.
        wait([second], timeout=1)
        db.session.commit()
        with pytest.raises(Invalid, match="is the last one"):
            second.result()
    with peopled.app_context():
        active = sa.select(User.id).where(User.active, User.role == Role.administrator)
        assert db.session.scalars(active).all() == [other]
