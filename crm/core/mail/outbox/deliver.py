"""Deliver one message over an open connection, with a check just before the final dot."""

from __future__ import annotations

import re
import smtplib
import time
from collections.abc import Callable

from crm.core.errors import Problem
from crm.core.mail.smtp import ChannelRefused, Deferred, Wire, answer, error_text

# 530 sign in first, 534 and 538 stronger mechanism required, 535 wrong password: a problem of the account, not of the
# message.
ACCOUNT_CODES = frozenset({530, 534, 535, 538})


class Refused(Problem):
    """Permanent: the server refuses this message. `broken` as in Deferred."""

    def __init__(self, message: str, *, broken: bool = False) -> None:
        super().__init__(message)
        self.broken = broken


class Unanswered(Problem):
    """The whole message was sent and no reply came: it may or may not have been accepted."""


class MarkerRefused(Problem):
    """The marker was refused: the email was canceled or claimed by another worker. The server accepted nothing."""


def deliver_message(wire: Wire, sender: str, address: str, mime: bytes, mark: Callable[[], bool]) -> str:
    """Deliver one message and return the server's last reply. `mark` is called just before the final dot.

    Raises Deferred or Refused (not accepted), ChannelRefused, MarkerRefused (`mark` returned False), Unanswered
    (unknown).
    """
    try:
        _envelope(wire, sender, address, mime)
    except (smtplib.SMTPException, ValueError) as error:
        wire.close()
        raise Deferred(error_text(error), broken=True) from error
    if not mark():
        # Cut the connection: SMTP has no other way to abort a message after DATA.
        wire.close()
        raise MarkerRefused
    try:
        wire.send(b".\r\n")
        code, reply = wire.getreply()
    except smtplib.SMTPException as error:
        wire.close()
        raise Unanswered(error_text(error)) from error
    wire.used += 1
    if 200 <= code < 300:
        return answer(code, reply)
    if 400 <= code < 600:
        raise _refusal(wire, code, reply)
    wire.close()
    raise Unanswered(answer(code, reply))


def _envelope(wire: Wire, sender: str, address: str, mime: bytes) -> None:
    for command, accepted in (
        (f"MAIL FROM:<{sender}>", (250,)),
        (f"RCPT TO:<{address}>", (250, 251)),
        ("DATA", (354,)),
    ):
        code, reply = wire.docmd(command)
        if code not in accepted:
            raise _refusal(wire, code, reply)
    body = re.sub(rb"(?m)^\.", b"..", mime)
    wire.send(body if body.endswith(b"\r\n") else body + b"\r\n")
    if wire.has_news():
        code, reply = wire.getreply()
        wire.close()
        raise _refusal(wire, code, reply)


def _refusal(wire: Wire, code: int, reply: bytes) -> Problem:
    text = answer(code, reply)
    if wire.sock is not None and code != 421:
        try:
            code_of_reset = wire.rset()[0]
        except smtplib.SMTPException:
            code_of_reset = -1
        if code_of_reset != 250:
            wire.close()
    else:
        wire.close()
    broken = wire.sock is None
    if code in ACCOUNT_CODES:
        return ChannelRefused(text)
    return Refused(text, broken=broken) if 500 <= code < 600 else Deferred(text, broken=broken)


def part(wire: Wire | None) -> None:
    """End a connection with QUIT, and a short timeout."""
    if wire is None or wire.sock is None:
        return
    wire.ends = time.monotonic() + 2
    try:
        wire.quit()
    except smtplib.SMTPException:
        wire.close()
