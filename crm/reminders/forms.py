"""The form of one's own reminders."""

from __future__ import annotations

from crm.core.forms.fields import ManyCodes
from crm.core.forms.forms import Form
from crm.core.words import _l

from .policy import ReminderKind


class MutesForm(Form):
    """What is told; the digest itself and single mails are chosen in the profile."""

    told = ManyCodes(
        _l("Tell me"),
        ReminderKind,
        description=_l("What is not ticked is not told. Follow-ups without a mail of their own stand in the digest."),
    )
