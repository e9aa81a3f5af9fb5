"""The forms of a calendar feed and of an invitation."""

from __future__ import annotations

from collections.abc import Iterable

import wtforms as w
from wtforms import validators as v

from crm.core.forms.fields import strip_text
from crm.core.forms.forms import Form, of
from crm.core.words import _l

from .models import CalendarFeed
from .policy import Invitee


class FeedForm(Form):
    """What the feed contains."""

    has_details = of(CalendarFeed.has_details)


class InvitationForm(Form):
    """Who is invited, and a text for them."""

    invitees = w.SelectMultipleField(_l("People to invite"))
    message = w.TextAreaField(
        _l("Message"),
        [v.Length(max=1000)],
        filters=[strip_text],
        description=_l("Sent to those you invite now. Everyone else gets it with the next update."),
    )

    def offer(self, invitees: Iterable[Invitee]) -> None:
        """Offer these people, all checked at first."""
        people = list(invitees)
        self.invitees.choices = [w.SelectChoice(one.key, f"{one.name} ({one.address})") for one in people]
        if self.invitees.data is None:
            self.invitees.data = [one.key for one in people]
