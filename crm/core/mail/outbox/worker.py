"""One connection: takes emails from the queue, delivers each within its deadline, reports to the result writer."""

from __future__ import annotations

import ssl
import threading
import time
from collections import deque
from dataclasses import dataclass, field

import structlog

from crm.core.mail.outbox.claim import Claim, ClaimedMail
from crm.core.mail.outbox.deliver import MarkerRefused, MessageRefused, ReplyMissing, deliver_message, quit_connection
from crm.core.mail.outbox.policy import AttemptOutcome
from crm.core.mail.outbox.results import ResultWriter
from crm.core.mail.outbox.settle import Result
from crm.core.mail.smtp import ChannelRefused, DeliveryDeferred, Server, SmtpConnection, Unreachable, open_connection

log = structlog.get_logger()


@dataclass(frozen=True)
class Route:
    """The mail server, our names, and how long one email may take, in seconds: always well below the lease."""

    server: Server
    sender: str
    own_name: str
    context: ssl.SSLContext
    deadline: float


@dataclass
class DeliveryQueue:
    """The emails of one claim, taken by several workers, until done, stopped, or the channel is refused."""

    claim: Claim
    writer: ResultWriter
    stopping: threading.Event
    waiting: deque[ClaimedMail] = field(init=False)
    problem: Unreachable | ChannelRefused | None = None

    def __post_init__(self) -> None:
        self.waiting = deque(self.claim.mails)

    def take(self, deadline: float) -> ClaimedMail | None:
        """Return the next email; None if there is none, or no time for one before the lease ends."""
        if self.problem or self.stopping.is_set() or time.monotonic() + deadline > self.claim.ends:
            return None
        try:
            return self.waiting.popleft()
        except IndexError:
            return None


class DeliveryWorker:
    """Keeps its connection from email to email and from claim to claim."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self._connection: SmtpConnection | None = None

    def work(self, queue: DeliveryQueue) -> None:
        """Deliver emails until the queue is empty."""
        while (mail := queue.take(self.route.deadline)) is not None:
            queue.writer.add(self._attempt(mail, queue))

    def close(self) -> None:
        """End the connection, after everything is settled."""
        quit_connection(self._connection)
        self._connection = None

    def _attempt(self, mail: ClaimedMail, queue: DeliveryQueue) -> Result:
        try:
            return Result(mail, AttemptOutcome.sent, self._deliver(mail, queue.writer))
        except MessageRefused as problem:
            return Result(mail, AttemptOutcome.refused, str(problem))
        except ReplyMissing as problem:
            return Result(mail, AttemptOutcome.uncertain, str(problem))
        except ChannelRefused as problem:
            queue.problem = problem
            return Result(mail, None)
        except DeliveryDeferred as problem:
            outcome = AttemptOutcome.deferred
            if isinstance(problem, Unreachable):
                queue.problem = problem
                outcome = AttemptOutcome.unreachable
            return Result(mail, outcome, str(problem))
        except MarkerRefused:
            return Result(mail, None)

    def _deliver(self, mail: ClaimedMail, writer: ResultWriter) -> str:
        ends = time.monotonic() + self.route.deadline
        connection, fresh = self._open(ends)
        try:
            return self._send_message(connection, mail, writer)
        except DeliveryDeferred as problem:
            # A server may close a connection that was idle or has carried enough emails. That is not the email's fault,
            # and nothing was accepted: try once more over a new connection.
            if fresh or not problem.broken:
                raise
            return self._send_message(self._open(ends)[0], mail, writer)

    def _send_message(self, connection: SmtpConnection, mail: ClaimedMail, writer: ResultWriter) -> str:
        return deliver_message(connection, self.route.sender, mail.address, mail.mime, lambda: writer.mark(mail))

    def _open(self, ends: float) -> tuple[SmtpConnection, bool]:
        connection = self._connection
        if connection is not None and connection.sock is not None:
            connection.ends = ends
            return connection, connection.used == 0
        route = self.route
        self._connection = open_connection(route.server, route.own_name, route.context, ends)
        return self._connection, True
