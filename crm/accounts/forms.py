"""Forms of accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import wtforms as w
from wtforms import validators as v

from crm.core.data.identity import Team, User
from crm.core.errors import Invalid
from crm.core.forms.fields import strip_text
from crm.core.forms.forms import Form, of
from crm.core.policy import Role
from crm.core.web.resume import drop_foreign_form
from crm.core.words import _, _l, _p

from .policy import MIN_PASSWORD_LENGTH
from .queries import TeamName
from .services.users import AccountValues

REQUIRED = v.DataRequired(_l("This field is required."))
PASSWORD_REQUIRED = v.InputRequired(_l("This field is required."))
"""For passwords: unlike DataRequired, InputRequired accepts spaces only, as a password is compared as typed."""
THEMES = [
    w.SelectChoice("", _l("System default")),
    w.SelectChoice("light", _l("Light")),
    w.SelectChoice("dark", _l("Dark")),
]


class SecretForm(Form):
    """A form with a secret: it has no `uid`, so that no receipt with a hash of its content is stored."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.uid.data = ""


class LoginForm(SecretForm):
    """Email and password; one error message covers both."""

    email = w.EmailField(_l("Email"), [REQUIRED, v.Length(max=254)], render_kw={"autocomplete": "username"})
    password = w.PasswordField(
        _l("Password"), [PASSWORD_REQUIRED, v.Length(max=1024)], render_kw={"autocomplete": "current-password"}
    )
    next = w.HiddenField()
    pending_form = w.HiddenField(filters=[drop_foreign_form])


ONE_TIME = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}
MAX_ANSWER_CHARS = 20_000
"""Maximum length of a browser's answer about a passkey."""


class SecondStepForm(SecretForm):
    """The second factor: a code, or the answer of a passkey, which the script fills in."""

    code = w.StringField(_p("sign-in", "Code"), [v.Length(max=60)], render_kw=ONE_TIME)
    passkey = w.HiddenField(validators=[v.Length(max=MAX_ANSWER_CHARS)])
    next = w.HiddenField()
    pending_form = w.HiddenField(filters=[drop_foreign_form])

    def validate_code(self, field: w.Field) -> None:
        """Refuse a form with neither a code nor a passkey."""
        if not (field.data or self.passkey.data):
            raise v.ValidationError(_("Enter the code from your authenticator app, or a recovery code."))


class ConfirmForm(SecretForm):
    """The password or a second factor again, before a sensitive action."""

    password = w.PasswordField(_l("Password"), [v.Length(max=1024)], render_kw={"autocomplete": "current-password"})
    code = w.StringField(_l("Code (instead of your password)"), [v.Length(max=60)], render_kw=ONE_TIME)
    passkey = w.HiddenField(validators=[v.Length(max=MAX_ANSWER_CHARS)])
    next = w.HiddenField()
    pending_form = w.HiddenField(filters=[drop_foreign_form])

    def validate_password(self, field: w.Field) -> None:
        """Refuse a form without password, code and passkey."""
        if not (field.data or self.passkey.data or (self.code and self.code.data)):
            raise v.ValidationError(_("Enter your password."))


class AppForm(SecretForm):
    """The first code of an authenticator app."""

    code = w.StringField(
        _l("Code from the app"), [REQUIRED, v.Length(max=60)], render_kw=ONE_TIME | {"inputmode": "numeric"}
    )


class PasskeyForm(SecretForm):
    """A name for a passkey, and the browser's answer with the passkey."""

    name = w.StringField(
        _l("Passkey name"), [REQUIRED, v.Length(max=60)], filters=[strip_text], default=_l("This device")
    )
    passkey = w.HiddenField(validators=[v.Length(max=MAX_ANSWER_CHARS)])


class ResetRequestForm(SecretForm):
    """The email address of the account that needs a new password."""

    email = w.EmailField(_l("Email"), [REQUIRED, v.Length(max=254)], render_kw={"autocomplete": "username"})


class NewPasswordForm(SecretForm):
    """A new password, entered once: browsers can show it, and a reset link corrects a typo."""

    password = w.PasswordField(
        _l("New password"),
        [PASSWORD_REQUIRED, v.Length(max=1024)],
        render_kw={"autocomplete": "new-password"},
        description=_l("Use at least %(n)d characters. A few unrelated words work best.", n=MIN_PASSWORD_LENGTH),
    )


class ChangePasswordForm(NewPasswordForm):
    """The current password, and the new one."""

    current_password = w.PasswordField(
        _l("Current password"), [PASSWORD_REQUIRED, v.Length(max=1024)], render_kw={"autocomplete": "current-password"}
    )


class ProfileForm(Form):
    """A user's own profile; the theme is stored in this browser only."""

    name = of(User.name)
    native_name = of(User.native_name)
    zone = of(User.zone, description=_l("Sets your clock and when your emails are sent."))
    country = of(User.country)
    language = of(User.language)
    date_format = of(User.date_format, blank=_l("Automatic (by country)"))
    digest_hour = of(User.digest_hour)
    reminders = of(User.reminders, description=_l("Which follow-ups are emailed separately."))
    keys_on = of(User.keys_on)
    theme = w.SelectField(_l("Theme in this browser"), choices=THEMES)


class UserForm(Form):
    """A user as administrators edit it, and as managers invite staff of their own teams."""

    email = of(User.email)
    name = of(User.name)
    native_name = of(User.native_name)
    role = of(
        User.role,
        description=_l(
            "Counselors work with the records of their teams. Managers also edit awards and goals, and invite and "
            "deactivate counselors of their teams. Network managers see all teams. Administrators manage users and "
            "settings."
        ),
    )
    team_ids = w.SelectMultipleField(_l("Teams"), coerce=int)
    first_team = w.SelectField(
        _l("Primary team"),
        coerce=lambda x: int(x) if x else None,
        description=_l("New records of this user are assigned to this team."),
    )
    zone = of(User.zone)
    language = of(User.language)
    has_compliance = of(User.has_compliance)
    is_china_desk = of(User.is_china_desk)

    def limit_choices(self, roles: Sequence[Role], teams: Sequence[TeamName], *, rights: bool) -> None:
        """Offer only the roles, teams and rights that the current user may assign; of a single team none is primary."""
        self.role.choices = [w.SelectChoice(r.value, r.label) for r in roles]
        self.role.description = self.role.description if len(roles) > 1 else ""
        self.team_ids.choices = [w.SelectChoice(t.id, t.name) for t in teams]
        self.first_team.choices = [w.SelectChoice("", _l("First team selected")), *self.team_ids.choices]
        if len(teams) == 1:
            del self.first_team
        if not rights:
            del self.has_compliance
            del self.is_china_desk

    def account_values(self) -> AccountValues:
        """Return the submitted account. Raises Invalid if the primary team is not one of the selected teams."""
        teams = list(self.team_ids.data or [])
        first = self.first_team.data if self.first_team else None
        if first is not None and first not in teams:
            raise Invalid(_("Choose one of the selected teams as the primary team."), "first_team")
        ordered = sorted(teams, key=lambda team: team != first) if first is not None else teams
        values = self.values()
        return AccountValues(
            values["email"],
            values["name"],
            values["role"],
            tuple(ordered),
            bool(values.get("has_compliance")),
            bool(values.get("is_china_desk")),
            values["native_name"],
        )


def _id_or_none(text: str | None) -> int | None:
    return int(text) if text else None


class ReassignUserForm(Form):
    """The user who gets the records of another one; a field for each team and kind may name someone else."""

    new_owner = w.SelectField(_l("Reassign to"), coerce=_id_or_none)
    leaves_unassigned = w.BooleanField(_l("Deactivate anyway, and leave these records without a counselor"))

    def limit_choices(self, users: Sequence[User]) -> None:
        """Offer these users for all records."""
        self.new_owner.choices = [
            w.SelectChoice("", _("Choose a user")),
            *(w.SelectChoice(u.id, u.name) for u in users),
        ]


class ReactivateForm(Form):
    """Whether a reactivated user gets the reassigned records, and attends planned interactions and meetings again."""

    gets_records = w.BooleanField(
        _l("Return records and appointments"),
        description=_l("Open questions and other work stay with the colleague who took over."),
    )


def make_reassign_form(groups: Mapping[str, tuple[str, Sequence[User]]]) -> type[ReassignUserForm]:
    """Return a form with one field more for each group: its name, label and the users who can get the records."""
    same = w.SelectChoice("", _l("Same as above"))
    fields = {
        name: w.SelectField(
            label, coerce=_id_or_none, choices=[same, *(w.SelectChoice(user.id, user.name) for user in users)]
        )
        for name, (label, users) in groups.items()
    }
    return type("ReassignGroupsForm", (ReassignUserForm,), fields)


class TeamForm(Form):
    name = of(Team.name)
    country = of(Team.country)
    zone = of(Team.zone)
    postal_address = of(Team.postal_address)
