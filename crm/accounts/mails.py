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
from crm.core.mail.messages import Rendered, compose, link_to, render_mail
from crm.core.mail.outbox.claim import Claimed
from crm.core.mail.outbox.encryption import seal
from crm.core.mail.outbox.kinds import mail_kind
from crm.core.mail.outbox.put import put_mail
from crm.core.words import LabeledEnum, Lazy, _l

from .links import Purpose, link_for
from .policy import INVITED_WITHIN, RESET_WITHIN, device_words
from .sessions import address, device

if TYPE_CHECKING:
    from .export_alerts import Alert


def _still_active(session: Session, mail: Claimed) -> bool:
    """Not to somebody who was disabled in the meantime; an earlier address of a user has no user any more."""
    return mail.user_id is None or bool(session.scalar(sa.select(User.active).where(User.id == mail.user_id)))


@mail_kind("invitation", _l("Invitation"), still_wanted=_still_active, secret_for=INVITED_WITHIN)
def mail_invitation(user: User, by: str) -> str:
    """Invite a user by mail; gives the link, for whoever invites from the shell."""
    link = link_for(Purpose.invitation, user)
    made = render_mail("invitation", user.language, user=user, by=by, link=link, days=INVITED_WITHIN.days)
    put_mail("invitation", to=user, dedupe_key=f"invitation/{user.id}/{new_uid()}", secret=True, **made._asdict())
    return link


@mail_kind("password_reset", _l("New password"), still_wanted=_still_active, secret_for=RESET_WITHIN)
def mail_reset(user: User) -> None:
    """Send the link to a new password."""
    made = _reset(user)
    key = f"password_reset/{user.id}/{new_uid()}"
    put_mail("password_reset", to=user, dedupe_key=key, secret=True, **made._asdict())


def send_dummy_reset() -> None:
    """Do the work of `mail_reset` for nobody, so that the time of the answer does not tell who has an account."""
    made = _reset(_nobody())
    _compose_for_nobody(made)
    for part in (made.html, made.text):
        seal(part.encode())


def _nobody() -> User:
    return User(email="nobody@example.org", name="Nobody", fs_uniquifier=new_uid(), language="en", zone="UTC")


def _compose_for_nobody(made: Rendered) -> None:
    sender = current_app.config["CRM_MAIL_FROM"]
    compose(sender=sender, to="nobody@example.org", name="", date=clock.now(), **made._asdict())


@mail_kind("export_alert", _l("Large export"), still_wanted=_still_active)
def mail_export_alert(admin: User, alert: Alert, now: datetime) -> None:
    """Tell an administrator that a person exported unusually much; at most once a day for each person."""
    link = link_to(f"/security-log/?user={alert.user_id}&kind=exported")
    with as_read_by(actor_of(admin, [])):
        made = render_mail("export_alert", admin.language, alert=alert, link=link)
    key = f"export_alert/{admin.id}/{alert.user_id}/{now.date()}"
    put_mail("export_alert", to=admin, dedupe_key=key, **made._asdict())


def _reset(user: User) -> Rendered:
    hours = int(RESET_WITHIN.total_seconds() // 3600)
    return render_mail("password_reset", user.language, user=user, link=link_for(Purpose.reset, user), hours=hours)


class Notice(LabeledEnum):
    """What the owner of an account is told about it: the subject, and a sentence that explains it."""

    attacked = (
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

    second_attacked = (
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
    codes_made = (
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


@mail_kind("security_notice", _l("Account security"), still_wanted=_still_active)
def mail_notice(
    user: User, notice: Notice, *, once: str | None = None, detail: object = "", left: int | None = None, to: str = ""
) -> None:
    """Tell the owner what happened to the account, and from where.

    once: what is the same news is sent only once. detail: what it was, such as the name of a passkey. left: how many
    recovery codes are unused. to: an address other than that of the user.
    """
    key = f"security_notice/{user.id}/{notice.value}/{once or new_uid()}"
    receiver = to if to and to != user.email else user
    made = _notice(user, notice, detail, left)
    put_mail("security_notice", to=receiver, name=user.name, dedupe_key=key, **made._asdict())


def send_dummy_notice() -> None:
    """Do the work of `mail_notice` for nobody, so that the time of the answer does not tell who has an account."""
    _compose_for_nobody(_notice(_nobody(), Notice.attacked))


def _notice(user: User, notice: Notice, detail: object = "", left: int | None = None) -> Rendered:
    here = (device_words(device()), address()) if has_request_context() else ("", "")
    return render_mail(
        "security_notice",
        user.language,
        user=user,
        notice=notice,
        detail=detail,
        left=left,
        at=clock.now(),
        zone=user.zone,
        device=here[0],
        address=here[1],
    )
