"""The form of one's own reminders."""

from __future__ import annotations

from crm.core.forms.fields import ManyCodes
from crm.core.forms.forms import Form
from crm.core.words import _l

from .policy import ReminderKind


class MutesForm(Form):
    """What is told; the digest itself and single mails are chosen in the profile."""

    told = ManyCodes(
        _l("Notify me about"),
        ReminderKind,
        description=_l(
            "You won't be notified about unchecked items. Follow-ups without a separate email are in the daily digest."
        ),
    )
