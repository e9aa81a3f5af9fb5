"""The form of one's own reminders."""

from __future__ import annotations

import wtforms as w

from crm.core.forms.forms import Form
from crm.core.words import _l

from .kinds import load_kinds


class SettingsForm(Form):
    """The kinds of reminders that a user gets; the hour of the digest is in the profile."""

    enabled_kinds = w.SelectMultipleField(
        _l("Notify me about"),
        choices=[w.SelectChoice(kind.code, kind.label) for kind in load_kinds()],
        description=_l(
            "You won't be notified about unchecked items. Follow-ups without a separate email are in the daily digest."
        ),
    )
