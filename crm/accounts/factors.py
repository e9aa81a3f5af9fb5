"""Queries about the second factors of a user."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.words import ngettext

from .models import AuthenticatorApp, Passkey, RecoveryCode
from .policy import SecondFactor


def has_factor(user_id: object) -> sa.ColumnElement[bool]:
    """Return the condition that a user has a second factor; `user_id` may be a column."""
    app = sa.exists().where(AuthenticatorApp.user_id == user_id)
    return sa.or_(app, sa.exists().where(Passkey.user_id == user_id))


class PasskeyRow(NamedTuple):
    """A passkey as its owner sees it."""

    id: int
    name: str
    created_at: datetime
    used_at: datetime | None


class Factors(NamedTuple):
    """The second factors of a user."""

    app_since: datetime | None
    passkeys: list[PasskeyRow]
    codes_left: int

    def __bool__(self) -> bool:
        """Return whether the user has a second factor."""
        return self.app_since is not None or bool(self.passkeys)

    def names(self) -> list[str]:
        """Return the second factors as texts, such as "Authenticator app" and "2 passkeys"."""
        names = [str(SecondFactor.app)] if self.app_since else []
        if self.passkeys:
            names.append(ngettext("%(num)s passkey", "%(num)s passkeys", len(self.passkeys)))
        return names


def load_factors(user_id: int) -> Factors:
    """Return the second factors of a user."""
    app = db.session.scalar(sa.select(AuthenticatorApp.created_at).where(AuthenticatorApp.user_id == user_id))
    keys = sa.select(Passkey.id, Passkey.name, Passkey.created_at, Passkey.used_at).where(Passkey.user_id == user_id)
    unused = sa.select(sa.func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    rows = [PasskeyRow(*row) for row in db.session.execute(keys.order_by(Passkey.id))]
    return Factors(app, rows, db.session.scalar(unused) or 0)
