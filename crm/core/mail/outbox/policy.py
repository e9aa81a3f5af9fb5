"""States of a mail, and what follows from an attempt: when to try again, when to give up, when to keep back. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from crm.core.words import LabeledEnum, _l


class MailState(LabeledEnum):
    """Where a mail stands."""

    pending = "pending", _l("Scheduled")
    claimed = "claimed", _l("Preparing to send")
    sending = "sending", _l("Sending")
    sent = "sent", _l("Sent")
    retry = "retry", _l("Retrying")
    uncertain = "uncertain", _l("Delivery unconfirmed")
    dead = "dead", _l("Not delivered")
    cancelled = "cancelled", _l("Canceled")
    shown = "shown", _l("Shown here, not sent")


class Audience(LabeledEnum):
    """Whom a mail is for: it decides whether a doubtful one is sent again."""

    staff = "staff", _l("Our staff")
    outside = "outside", _l("External")


class AttemptOutcome(LabeledEnum):
    """How one attempt, or one decision of a person, ended."""

    sent = "sent", _l("Accepted by the mail server")
    deferred = "deferred", _l("Temporarily rejected by the mail server")
    refused = "refused", _l("Rejected by the mail server")
    uncertain = "uncertain", _l("The email was sent, but the mail server didn't confirm")
    lost = "lost", _l("Sending stopped before the email reached the mail server")
    unwanted = "unwanted", _l("Not sent: no longer needed")
    reworded = "reworded", _l("Updated before sending: the record changed or is now confidential")
    shown = "shown", _l("Shown here, not sent: no mail server is configured")
    resent = "resent", _l("Resent manually")
    arrived = "arrived", _l("Marked as delivered")
    cancelled = "cancelled", _l("Canceled manually")


BACKOFF_MINUTES = (1, 2, 5, 15, 30, 60)
GIVE_UP_AFTER = timedelta(hours=48)
MAX_RESENDS = 3
PROBE_EVERY = timedelta(minutes=5)


def backoff(tries: int, luck: float) -> timedelta:
    """How long to wait after the `tries`-th failure: 1, 2, 5, 15, 30, 60 minutes, then hourly.

    `luck` in 0..1 takes up to a fifth off, so that mails deferred together do not come back together.
    """
    minutes = BACKOFF_MINUTES[min(max(tries, 1), len(BACKOFF_MINUTES)) - 1]
    return timedelta(minutes=minutes) * (1 - luck / 5)


def gives_up(first_tried_at: datetime | None, now: datetime) -> bool:
    """Whether a mail has been tried for long enough."""
    return first_tried_at is not None and now - first_tried_at >= GIVE_UP_AFTER


def may_resend(ambiguous: int, *, resend_when_uncertain: bool) -> bool:
    """Whether a mail that may have arrived is sent again; `ambiguous` counts this event too."""
    return resend_when_uncertain and ambiguous <= MAX_RESENDS


def may_probe(probed_at: datetime | None, now: datetime) -> bool:
    """Whether it is time to ask a server that refused us whether it would take us again."""
    return probed_at is None or now - probed_at >= PROBE_EVERY
