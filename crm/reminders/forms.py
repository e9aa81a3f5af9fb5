"""The forms of one's own reminders."""

from __future__ import annotations

from collections.abc import Iterable

import wtforms as w
from wtforms import validators as v

from crm.core.forms.forms import Form, of
from crm.core.forms.staff_fields import UserField
from crm.core.words import _l

from .kinds import ReminderKind
from .models import Cover, ReminderOffset, ReminderTiming


class SettingsForm(Form):
    """The kinds of reminders that a user gets and when; the hour of the digest is in the profile."""

    meeting_offset = of(ReminderTiming.meeting_offset)
    followup_offset = of(ReminderTiming.followup_offset)
    enabled_kinds = w.SelectMultipleField(
        _l("Notify me about"),
        choices=[],
        description=_l(
            "You won't be notified about unchecked items. Follow-ups without a separate email are in the daily digest."
        ),
    )

    def offer(self, kinds: Iterable[ReminderKind]) -> None:
        """Offer these kinds."""
        self.enabled_kinds.choices = [w.SelectChoice(kind.code, kind.label) for kind in kinds]


class OffsetForm(Form):
    """How long before its time the user is emailed about one item; without a choice as for all others."""

    offset = of(ReminderOffset.offset, required=False, blank=_l("Same as my reminder settings"))


class CoverForm(Form):
    """Who covers from when to when."""

    colleague_id = UserField(_l("Colleague"), [v.InputRequired(_l("Choose a colleague."))], with_self=False)
    from_on = of(Cover.from_on)
    to_on = of(Cover.to_on)
