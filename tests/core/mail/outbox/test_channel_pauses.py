"""The channel records who paused it: a pause by a mail server ends automatically, a manual pause does not."""

from __future__ import annotations

from datetime import timedelta

from crm.core.clock import now
from crm.core.mail.outbox.channel import channel, pause_channel, resume_channel


def state(session):
    row = channel(session())
    return row.paused_at, row.why, row.by_server, row.probed_at


def test_manual_pause_stays_manual_when_the_server_refuses_too(session, clock):
    since = now()
    pause_channel(session(), "moving house")
    clock.forward(hours=1)
    pause_channel(session(), "535 wrong password", by_server=True)
    assert state(session) == (since, "moving house", False, since + timedelta(hours=1))


def test_manual_pause_replaces_an_automatic_one(session, clock):
    since = now()
    pause_channel(session(), "535 wrong password", by_server=True)
    assert state(session) == (since, "535 wrong password", True, since)
    clock.forward(hours=1)
    pause_channel(session(), "moving house")
    assert state(session) == (since, "moving house", False, None)


def test_repeated_refusal_keeps_the_first_reason_and_counts_as_a_probe(session, clock):
    since = now()
    pause_channel(session(), "535 wrong password", by_server=True)
    clock.forward(minutes=5)
    pause_channel(session(), "454 later", by_server=True)
    assert state(session) == (since, "535 wrong password", True, since + timedelta(minutes=5))


def test_resuming_clears_the_pause(session, clock):
    pause_channel(session(), "535 wrong password", by_server=True)
    resume_channel(session())
    assert state(session) == (None, None, False, None)


def test_listener_is_called_for_each_pause_and_resume(session, clock, monkeypatch):
    commands: list[str | None] = []
    monkeypatch.setattr("crm.core.mail.outbox.channel.CHANNEL_CHANGED", [lambda _session, why: commands.append(why)])
    pause_channel(session(), "535 wrong password", by_server=True)
    pause_channel(session(), "454 later", by_server=True)
    pause_channel(session(), "moving house")
    resume_channel(session())
    assert commands == ["535 wrong password", "moving house", None]
