"""Forms of accounts."""

from __future__ import annotations

from typing import Any

import wtforms as w
from wtforms import validators as v

from crm.core.forms import Form
from crm.core.words import _l

NEEDED = v.InputRequired(_l("Fill this in."))


class SecretForm(Form):
    """A form with a password in it: sending it twice is harmless, and no digest of it is kept as a receipt."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.uid.data = ""


class LoginForm(SecretForm):
    """E-mail and password; one sentence speaks of both."""

    email = w.EmailField(_l("E-mail"), [NEEDED, v.Length(max=254)], render_kw={"autocomplete": "username"})
    password = w.PasswordField(_l("Password"), [NEEDED, v.Length(max=1024)], render_kw={"autocomplete": "current-password"})
    next = w.HiddenField()
