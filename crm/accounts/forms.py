"""Forms of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import wtforms as w
from wtforms import validators as v

from crm.core.data.identity import Team, User
from crm.core.errors import Invalid
from crm.core.forms.fields import stripped
from crm.core.forms.forms import Form, of
from crm.core.policy import Role
from crm.core.words import _, _l

from .policy import MIN_PASSWORD_LENGTH
from .queries import TeamName
from .services.users import Account

NEEDED = v.DataRequired(_l("This field is required."))
PROVIDED = v.InputRequired(_l("This field is required."))
"""A password may be of blanks, wrong or not: it is compared as it was typed."""
THEMES = [
    w.SelectChoice("", _l("System default")),
    w.SelectChoice("light", _l("Light")),
    w.SelectChoice("dark", _l("Dark")),
]


class SecretForm(Form):
    """A form with a password in it: sending it twice is harmless, and no digest of it is kept as a receipt."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.uid.data = ""


class LoginForm(SecretForm):
    """E-mail and password; one sentence speaks of both."""

    email = w.EmailField(_l("Email"), [NEEDED, v.Length(max=254)], render_kw={"autocomplete": "username"})
    password = w.PasswordField(
        _l("Password"), [PROVIDED, v.Length(max=1024)], render_kw={"autocomplete": "current-password"}
    )
    next = w.HiddenField()
    carried = w.HiddenField()


ONE_TIME = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}
MAX_ANSWER_CHARS = 20_000
"""Characters of what a browser answers about a passkey."""


class SecondStepForm(SecretForm):
    """The second factor: a code, or, filled by the script, what a passkey answers."""

    code = w.StringField(_l("Code"), [v.Length(max=60)], render_kw=ONE_TIME)
    passkey = w.HiddenField(validators=[v.Length(max=MAX_ANSWER_CHARS)])
    next = w.HiddenField()
    carried = w.HiddenField()

    def validate_code(self, field: w.Field) -> None:
        """Refuse a form without either."""
        if not (field.data or self.passkey.data):
            raise v.ValidationError(_("Enter the code from your authenticator app, or a recovery code."))


class ConfirmForm(SecretForm):
    """The password again, or a second factor, before something that matters."""

    password = w.PasswordField(_l("Password"), [v.Length(max=1024)], render_kw={"autocomplete": "current-password"})
    code = w.StringField(_l("Code (instead of your password)"), [v.Length(max=60)], render_kw=ONE_TIME)
    passkey = w.HiddenField(validators=[v.Length(max=MAX_ANSWER_CHARS)])
    next = w.HiddenField()
    carried = w.HiddenField()

    def validate_password(self, field: w.Field) -> None:
        """Refuse a form without any of them."""
        if not (field.data or self.passkey.data or (self.code and self.code.data)):
            raise v.ValidationError(_("Enter your password."))


class AppForm(SecretForm):
    """The first code of an authenticator app."""

    code = w.StringField(
        _l("Code from the app"), [NEEDED, v.Length(max=60)], render_kw=ONE_TIME | {"inputmode": "numeric"}
    )


class PasskeyForm(SecretForm):
    """A name for a passkey, and what the browser made."""

    name = w.StringField(_l("Passkey name"), [NEEDED, v.Length(max=60)], filters=[stripped], default=_l("This device"))
    passkey = w.HiddenField(validators=[v.Length(max=MAX_ANSWER_CHARS)])


class ResetAskForm(SecretForm):
    """Which account wants a new password."""

    email = w.EmailField(_l("Email"), [NEEDED, v.Length(max=254)], render_kw={"autocomplete": "username"})


class NewPasswordForm(SecretForm):
    """A password, once: every browser can show what is typed, and a link mends a slip."""

    password = w.PasswordField(
        _l("New password"),
        [PROVIDED, v.Length(max=1024)],
        render_kw={"autocomplete": "new-password"},
        description=_l("Use at least %(n)d characters. A few unrelated words work best.", n=MIN_PASSWORD_LENGTH),
    )


class ChangePasswordForm(NewPasswordForm):
    """The current password, and the new one."""

    current_password = w.PasswordField(
        _l("Current password"), [PROVIDED, v.Length(max=1024)], render_kw={"autocomplete": "current-password"}
    )


class ProfileForm(Form):
    """What everybody says of themselves; the theme is kept in this browser alone."""

    name = of(User.name)
    native_name = of(User.native_name)
    zone = of(User.zone)
    country = of(User.country)
    language = of(User.language)
    date_format = of(User.date_format, blank=_l("Automatic (by country)"))
    digest_hour = of(User.digest_hour)
    reminders = of(User.reminders)
    keys_on = of(User.keys_on)
    theme = w.SelectField(_l("Theme in this browser"), choices=THEMES)


class UserForm(Form):
    """What an administrator, or for staff of the own team a manager, says of a user."""

    email = of(User.email)
    name = of(User.name)
    native_name = of(User.native_name)
    role = of(User.role)
    team_ids = w.SelectMultipleField(_l("Teams"), coerce=int)
    first_team = w.SelectField(
        _l("Primary team"),
        coerce=lambda x: int(x) if x else None,
        description=_l("New records of this user are assigned to this team."),
    )
    zone = of(User.zone)
    has_compliance = of(User.has_compliance)
    is_china_desk = of(User.is_china_desk)

    def offer(self, roles: Sequence[Role], teams: Sequence[TeamName], *, rights: bool) -> None:
        """Leave what this person may give."""
        self.role.choices = [w.SelectChoice(r.value, r.label) for r in roles]
        self.team_ids.choices = [w.SelectChoice(t.id, t.name) for t in teams]
        self.first_team.choices = [w.SelectChoice("", _l("First team selected")), *self.team_ids.choices]
        if not rights:
            del self.has_compliance
            del self.is_china_desk

    def account(self) -> Account:
        """What was filled in. Raises Invalid when the first team is not among the teams."""
        first, teams = self.first_team.data, list(self.team_ids.data or [])
        if first is not None and first not in teams:
            raise Invalid(_("Choose one of the selected teams as the primary team."), "first_team")
        ordered = sorted(teams, key=lambda team: team != first) if first is not None else teams
        said = self.values()
        return Account(
            said["email"],
            said["name"],
            said["role"],
            tuple(ordered),
            bool(said.get("has_compliance")),
            bool(said.get("is_china_desk")),
            said["native_name"],
        )


class DisableForm(Form):
    """To whom everything goes."""

    heir = w.SelectField(_l("Reassign to"), coerce=lambda x: int(x) if x else None)

    def offer(self, people: Sequence[tuple[int, str]]) -> None:
        """Leave those who would see what they get."""
        self.heir.choices = [w.SelectChoice("", ""), *(w.SelectChoice(i, name) for i, name in people)]


class TeamForm(Form):
    """A team."""

    name = of(Team.name)
    country = of(Team.country)
    zone = of(Team.zone)
