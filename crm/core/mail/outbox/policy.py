"""States of an email, and what follows from an attempt: retry, give up, or hold back. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from crm.core.words import LabeledEnum, _l


class MailState(LabeledEnum):
    pending = "pending", _l("Scheduled")
    claimed = "claimed", _l("Preparing to send")
    sending = "sending", _l("Sending")
    sent = "sent", _l("Sent")
    retry = "retry", _l("Retrying")
    uncertain = "uncertain", _l("Delivery unconfirmed")
    dead = "dead", _l("Not delivered")
    canceled = "cancelled", _l("Canceled")
    display_only = "shown", _l("Shown here, not sent")


class Audience(LabeledEnum):
    """The recipient group of an email: decides whether a doubtful one is sent again."""

    staff = "staff", _l("Our staff")
    outside = "outside", _l("External")


class AttemptOutcome(LabeledEnum):
    """How one attempt, or one decision of a person, ended."""

    sent = "sent", _l("Accepted by the mail server")
    deferred = "deferred", _l("Not sent yet")
    unreachable = "unreachable", _l("No connection to the mail server")
    refused = "refused", _l("Rejected by the mail server")
    uncertain = "uncertain", _l("The email was sent, but the mail server didn't confirm")
    interrupted = "lost", _l("Sending stopped before the email reached the mail server")
    no_longer_needed = "unwanted", _l("Not sent: no longer needed")
    updated = "reworded", _l("Updated before sending: the record changed or is now confidential")
    display_only = "shown", _l("Shown here, not sent: no mail server is configured")
    resent = "resent", _l("Resent manually")
    marked_delivered = "arrived", _l("Marked as delivered")
    canceled = "cancelled", _l("Canceled manually")


BACKOFF_MINUTES = (1, 2, 5, 15, 30, 60)
GIVE_UP_AFTER = timedelta(hours=48)
MAX_RESENDS = 3
PROBE_EVERY = timedelta(minutes=5)


def backoff(tries: int, jitter: float) -> timedelta:
    """Return how long to wait after the `tries`-th failure: 1, 2, 5, 15, 30, 60 minutes, then hourly.

    `jitter` in 0..1 subtracts up to a fifth, so that emails deferred together are not retried together.
    """
    minutes = BACKOFF_MINUTES[min(max(tries, 1), len(BACKOFF_MINUTES)) - 1]
    return timedelta(minutes=minutes) * (1 - jitter / 5)


def is_past_retries(first_tried_at: datetime | None, now: datetime) -> bool:
    """Return whether an email has been tried for long enough."""
    return first_tried_at is not None and now - first_tried_at >= GIVE_UP_AFTER


def may_resend(ambiguous: int, *, resend_when_uncertain: bool) -> bool:
    """Return whether an email that may have arrived is sent again; `ambiguous` counts this event, too."""
    return resend_when_uncertain and ambiguous <= MAX_RESENDS


def may_probe(probed_at: datetime | None, now: datetime) -> bool:
    """Return whether it is time to ask a server that refused us whether it accepts email again."""
    return probed_at is None or now - probed_at >= PROBE_EVERY
