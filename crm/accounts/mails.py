"""Emails of accounts: invitation and password link (secret), notices to owners, alerts to administrators."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import current_app, has_request_context
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import new_uid
from crm.core.data.identity import User, actor_of
from crm.core.i18n.formats import as_read_by
from crm.core.mail.messages import RenderedMail, compose, link_to, render_mail
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.mail.outbox.encryption import seal
from crm.core.mail.outbox.kinds import MailKind, declare_mail_kind
from crm.core.mail.outbox.put import put_mail
from crm.core.words import LabeledEnum, Lazy, _l

from .links import LinkPurpose, build_link
from .policy import INVITATION_LIFETIME, RESET_LINK_LIFETIME, device_name
from .sessions import address, device

if TYPE_CHECKING:
    from .export_alerts import Alert


def _still_active(session: Session, mail: ClaimedMail) -> bool:
    """Return whether the user is still active; an email to a former address has no user and is sent."""
    return mail.user_id is None or bool(session.scalar(sa.select(User.active).where(User.id == mail.user_id)))


declare_mail_kind(MailKind("invitation", _l("Invitation"), still_wanted=_still_active, secret_for=INVITATION_LIFETIME))


def mail_invitation(user: User, by: str) -> str:
    """Email an invitation to a user, and return the link in it."""
    link = build_link(LinkPurpose.invitation, user)
    rendered = render_mail("invitation", user.language, user=user, by=by, link=link, days=INVITATION_LIFETIME.days)
    put_mail("invitation", rendered, to=user, dedupe_key=f"invitation/{user.id}/{new_uid()}")
    return link


declare_mail_kind(
    MailKind("password_reset", _l("Password reset"), still_wanted=_still_active, secret_for=RESET_LINK_LIFETIME)
)


def mail_reset(user: User) -> None:
    """Email a link for choosing a new password."""
    rendered = _reset(user)
    key = f"password_reset/{user.id}/{new_uid()}"
    put_mail("password_reset", rendered, to=user, dedupe_key=key)


def send_dummy_reset() -> None:
    """Do the work of `mail_reset` for no one, so that the response time doesn't show whether an account exists."""
    rendered = _reset(_dummy_user())
    _compose_for_dummy(rendered)
    for part in (rendered.html, rendered.text):
        seal(part.encode())


def _dummy_user() -> User:
    return User(email="nobody@example.org", name="Nobody", fs_uniquifier=new_uid(), language="en", zone="UTC")


def _compose_for_dummy(rendered: RenderedMail) -> None:
    sender = current_app.config["CRM_MAIL_FROM"]
    compose(rendered, sender=sender, to="nobody@example.org", date=clock.now())


declare_mail_kind(MailKind("export_alert", _l("Large export"), still_wanted=_still_active))


def mail_export_alert(admin: User, alert: Alert, now: datetime) -> None:
    """Email an administrator about a user's large export, at most once a day for each user."""
    link = link_to(f"/security-log/?user={alert.user_id}&kind=exported")
    with as_read_by(actor_of(admin, [])):
        rendered = render_mail("export_alert", admin.language, alert=alert, link=link)
    key = f"export_alert/{admin.id}/{alert.user_id}/{now.date()}"
    put_mail("export_alert", rendered, to=admin, dedupe_key=key)


def _reset(user: User) -> RenderedMail:
    hours = int(RESET_LINK_LIFETIME.total_seconds() // 3600)
    return render_mail(
        "password_reset", user.language, user=user, link=build_link(LinkPurpose.reset, user), hours=hours
    )


class Notice(LabeledEnum):
    """A security notice to the owner of an account: its subject, and a sentence that explains it."""

    attack_warning = (
        "attacked",
        _l("Someone is trying to sign in to your account"),
        _l(
            "Someone entered many wrong passwords for your account. Sign-in from unknown devices is "
            "blocked for 15 minutes. You can still sign in on devices you've used before."
        ),
    )
    new_device = (
        "new_device",
        _l("New sign-in to your account"),
        _l("Someone signed in to your account on a new device."),
    )
    password_changed = (
        "password_changed",
        _l("Your password was changed"),
        _l("Your password was changed. You were signed out everywhere else."),
    )

    second_attack_warning = (
        "second_attacked",
        _l("Someone may know your password"),
        _l(
            "Someone entered your correct password on an unknown device, then many wrong codes. The "
            "sign-in was blocked. Change your password now."
        ),
    )
    email_changed = (
        "email_changed",
        _l("The email address of your account was changed"),
        _l("An administrator changed the email address you use to sign in."),
    )
    factor_added = (
        "factor_added",
        _l("A two-factor method was added to your account"),
        _l("You can now use this method to sign in after your password."),
    )
    factor_removed = (
        "factor_removed",
        _l("A two-factor method was removed from your account"),
        _l("This method can no longer be used to sign in."),
    )
    factor_reset = (
        "factor_reset",
        _l("Your two-factor authentication was reset"),
        _l(
            "An administrator removed your authenticator app, passkeys and recovery codes."
            " You were signed out everywhere."
        ),
    )
    codes_generated = (
        "codes_made",
        _l("New recovery codes were generated"),
        _l("New recovery codes were generated for your account. The old codes no longer work."),
    )
    recovery_used = (
        "recovery_used",
        _l("A recovery code was used"),
        _l("A recovery code was used to sign in to your account. That code no longer works."),
    )

    def __init__(self, _code: str, _label: Lazy, sentence: Lazy) -> None:
        self.sentence = sentence


declare_mail_kind(MailKind("security_notice", _l("Account security"), still_wanted=_still_active))


def mail_notice(
    user: User,
    notice: Notice,
    *,
    once: str | None = None,
    detail: object = "",
    codes_left: int | None = None,
    to: str = "",
) -> None:
    """Email the owner of an account what happened to it, and from which device.

    once: notices with the same key are sent only once. detail: for example the name of a passkey. codes_left: the
    number of unused recovery codes. to: an address other than the user's.
    """
    key = f"security_notice/{user.id}/{notice.value}/{once or new_uid()}"
    receiver = to if to and to != user.email else user
    rendered = _notice(user, notice, detail, codes_left)
    put_mail("security_notice", rendered, to=receiver, name=user.name, dedupe_key=key)


def send_dummy_notice() -> None:
    """Do the work of `mail_notice` for no one, so that the response time doesn't show whether an account exists."""
    _compose_for_dummy(_notice(_dummy_user(), Notice.attack_warning))


def _notice(user: User, notice: Notice, detail: object = "", codes_left: int | None = None) -> RenderedMail:
    sender = (device_name(device()), address()) if has_request_context() else ("", "")
    return render_mail(
        "security_notice",
        user.language,
        user=user,
        notice=notice,
        detail=detail,
        codes_left=codes_left,
        happened_at=clock.now(),
        zone=user.zone,
        device=sender[0],
        address=sender[1],
    )
