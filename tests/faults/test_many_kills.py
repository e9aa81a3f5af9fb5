"""Senders killed all the time: after each fourth message one of three, at a random moment of its work."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from typing import Any

import pytest

from crm.core.mail.outbox.policy import MAX_RESENDS, AttemptOutcome
from tests.core.mail.outbox import worker
from tests.core.mail.outbox.outbox_app import Office
from tests.faults.scale import KILLS
from tests.faults.test_outbox_killed import at_message
from tests.fixtures.smtp import Mailbox

MESSAGES_A_KILL = 4
SENDERS = 3
MAX_DELAY_SECONDS = 0.03
SECONDS = 3600


class Senders:
    """Processes that send; a killed one is replaced. They are forked from one that has imported the application."""

    def __init__(self, url: str, smtp_url: str) -> None:
        self.context = get_context("forkserver")
        self.context.set_forkserver_preload([worker.__name__])
        self.arguments = (url, smtp_url)
        self.processes: list[Any] = []
        self.killed = 0
        self.lock = threading.Lock()

    def start(self) -> None:
        process = self.context.Process(target=worker.main, args=self.arguments, daemon=True)
        process.start()
        self.processes.append(process)

    def replace_one(self, chance: random.Random) -> None:
        """Kill one of the senders with SIGKILL and start another one."""
        with self.lock:
            victim = self.processes.pop(chance.randrange(len(self.processes)))
            is_at_work = victim.is_alive()
            victim.kill()
            victim.join(SECONDS)
            self.killed += is_at_work
            self.start()

    def wait(self) -> None:
        """Wait until all have ended, those that replace killed ones included."""
        while running := next((process for process in self.processes if process.is_alive()), None):
            running.join(SECONDS)
        assert [process.exitcode for process in self.processes] == [0] * SENDERS

    def end(self) -> None:
        for process in self.processes:
            process.kill()


def random_kills(smtp: Mailbox, senders: Senders) -> dict[int, Callable[[], None]]:
    """Return the kills by number of the message: before its reply, or up to 30 ms after its final dot."""
    chance = random.Random(1)

    def kill_soon() -> None:
        threading.Timer(chance.uniform(0, MAX_DELAY_SECONDS), senders.replace_one, [chance]).start()

    def kill_now() -> None:
        senders.replace_one(chance)

    return {MESSAGES_A_KILL * (n + 1): chance.choice((kill_now, kill_soon)) for n in range(KILLS)}


@pytest.mark.faults
def test_many_kills_lose_nothing_and_repeat_only_what_is_recorded(
    office: Office, real_db: str, smtp: Mailbox, engine: str, report: Callable[[str], None]
) -> None:
    keys = [f"m{n:04}" for n in range(MESSAGES_A_KILL * KILLS)]
    office.put(*keys)
    senders = Senders(real_db, smtp.url)
    at_message(smtp, random_kills(smtp, senders))
    try:
        for _ in range(SENDERS):
            senders.start()
        senders.wait()
    finally:
        with suppress(ProcessLookupError):
            senders.end()
    copies = Counter(str(received.message["Message-ID"]) for received in smtp.messages)
    states = office.states()
    unclear = {key: _count_unclear(office, key) for key in keys}
    extra = 0
    for key in keys:
        arrived = copies.pop(office.mail(key).message_id, 0)
        assert arrived >= 1 or states[key] == "uncertain", f"{key} is lost"
        assert states[key] == "sent" or unclear[key] > MAX_RESENDS, f"{key} is {states[key]}"
        assert arrived <= 1 + unclear[key], f"{key} came {arrived} times without a reason"
        extra += arrived - 1
    assert not copies
    unsent = sum(state == "uncertain" for state in states.values())
    report(
        f"{engine}: {len(keys)} emails, {senders.killed} kills, {sum(unclear.values())} unclear deliveries,"
        f" {extra} second copies, {unsent} held, 0 lost"
    )
    assert senders.killed >= KILLS * 0.9


def _count_unclear(office: Office, key: str) -> int:
    return sum(outcome is AttemptOutcome.uncertain for outcome, _ in office.attempts(key))
