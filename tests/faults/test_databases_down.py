"""PostgreSQL restarted, and a full disk, in the middle of sending: nothing is lost, nothing comes twice."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.mail.outbox import results
from crm.core.mail.outbox.send import CONNECTIONS
from tests.core.mail.outbox.outbox_app import Office, small_app
from tests.faults.test_outbox_killed import at_message
from tests.fixtures import postgres
from tests.fixtures.clock import Clock
from tests.fixtures.smtp import Mailbox

COUNT = 200
RESTARTS = range(20, COUNT, 60)
FULL_TICKS = 3


@pytest.fixture
def own_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[postgres.Server]:
    """Start a PostgreSQL server for this test alone, with commits that survive a crash."""
    monkeypatch.setenv(postgres.OWNER, str(os.getpid()))
    server = postgres.start(settings="")
    yield server
    server.remove()


def send_until_done(office: Office, clock: Clock) -> None:
    """Run the job until all emails are sent, at most a minute; leases end by the system's clock."""
    ends = time.monotonic() + 60
    while set(office.states().values()) != {"sent"} and time.monotonic() < ends:
        office.send()
        clock.forward(minutes=10)
        threading.Event().wait(0.5)


def copies(smtp: Mailbox) -> Counter[str]:
    return Counter(str(received.message["Message-ID"]) for received in smtp.messages)


@pytest.mark.faults
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_restarts_of_postgresql_lose_nothing(
    own_server: postgres.Server, smtp: Mailbox, clock: Clock, engine: str
) -> None:
    office = Office(small_app(own_server.url("postgres"), smtp.url, MAIL_LEASE_SECONDS=3, MAIL_DEADLINE_SECONDS=1))
    office.make_tables()
    keys = [f"m{n:03}" for n in range(COUNT)]
    office.put(*keys)
    restarts = []

    def restart() -> None:
        own_server.restart()
        restarts.append(len(smtp.messages))

    at_message(smtp, dict.fromkeys(RESTARTS, restart))
    send_until_done(office, clock)
    assert office.states() == dict.fromkeys(keys, "sent")
    assert len(restarts) == len(RESTARTS)
    mails = [office.mail(key) for key in keys]
    came = copies(smtp)
    assert set(came) == {mail.message_id for mail in mails}
    unclear = {mail.message_id for mail in mails if mail.ever_ambiguous}
    assert {message_id for message_id, times in came.items() if times > 1} <= unclear
    with office.app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_full_disk_loses_nothing_and_stops_sending(
    office: Office, smtp: Mailbox, clock: Clock, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "MAX_ATTEMPTS", 2)
    office.app.config.update(MAIL_LEASE_SECONDS=4, MAIL_DEADLINE_SECONDS=1)
    keys = [f"m{n:03}" for n in range(COUNT)]
    office.put(*keys)
    full = []

    def limit_pages(connection: Any, _record: Any) -> None:
        if full:
            connection.execute(f"PRAGMA max_page_count = {full[0]}")

    with office.app.app_context():
        db.engine.dispose()
        sa.event.listen(db.engine, "connect", limit_pages)
        with db.engine.connect() as connection:
            full.append(connection.exec_driver_sql("PRAGMA page_count").scalar())
        db.engine.dispose()
    for _ in range(FULL_TICKS):
        office.send()
        clock.forward(minutes=2)
    with office.app.app_context():
        full.clear()
        db.engine.dispose()
    send_until_done(office, clock)
    assert office.states() == dict.fromkeys(keys, "sent")
    mails = [office.mail(key) for key in keys]
    unclear = {mail.message_id for mail in mails if mail.ever_ambiguous}
    assert {message_id for message_id, times in copies(smtp).items() if times > 1} <= unclear
    assert set(copies(smtp)) == {mail.message_id for mail in mails}
    # At each tick, at most what the connections had under way when the first result was refused.
    assert len(smtp.messages) <= COUNT + FULL_TICKS * CONNECTIONS
