"""When an email is tried again, given up, resent or probed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crm.core.mail.outbox.policy import backoff, is_past_retries, may_probe, may_resend

pytestmark = pytest.mark.one_engine

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)


@pytest.mark.parametrize(("tries", "minutes"), [(0, 1), (1, 1), (2, 2), (3, 5), (4, 15), (5, 30), (6, 60), (40, 60)])
def test_pauses_between_tries_grow_to_an_hour(tries, minutes):
    assert backoff(tries, 0) == timedelta(minutes=minutes)
    assert backoff(tries, 1) == timedelta(minutes=minutes) * 0.8


@pytest.mark.parametrize(
    ("first", "past"),
    [(None, False), (NOW - timedelta(hours=47, minutes=59), False), (NOW - timedelta(hours=48), True)],
)
def test_email_is_given_up_after_two_days(first, past):
    assert is_past_retries(first, NOW) is past


@pytest.mark.parametrize(("ambiguous", "again"), [(1, True), (3, True), (4, False)])
def test_uncertain_email_is_sent_again_three_times_at_most(ambiguous, again):
    assert may_resend(ambiguous, resend_when_uncertain=True) is again
    assert not may_resend(ambiguous, resend_when_uncertain=False)


@pytest.mark.parametrize(
    ("probed_at", "may"),
    [(None, True), (NOW - timedelta(minutes=4, seconds=59), False), (NOW - timedelta(minutes=5), True)],
)
def test_refusing_server_is_asked_every_five_minutes(probed_at, may):
    assert may_probe(probed_at, NOW) is may
