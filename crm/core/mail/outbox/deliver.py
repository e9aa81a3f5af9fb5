"""One message over an open connection, with a stop just before the final dot."""

from __future__ import annotations

import re
import smtplib
import time
from collections.abc import Callable

from crm.core.errors import Problem
from crm.core.mail.smtp import ChannelRefused, Deferred, Wire, answer, error_text

# 530 sign in first, 534 and 538 stronger way wanted, 535 wrong password: the account's trouble, not the message's.
ACCOUNT_CODES = frozenset({530, 534, 535, 538})


class Refused(Problem):
    """Never: the server refuses this message. `broken` as above."""

    def __init__(self, message: str, *, broken: bool = False) -> None:
        super().__init__(message)
        self.broken = broken


class Unanswered(Problem):
    """The whole message was handed over and no answer came: nobody knows."""


class ServerRejected(Problem):
    """The mail was taken from us while it was on its way; nothing was accepted."""


def deliver_message(wire: Wire, sender: str, address: str, mime: bytes, mark: Callable[[], bool]) -> str:
    """Hand one message over and give the server's last word. `mark` is asked just before the final dot.

    Raises Deferred or Refused (not accepted), ChannelRefused, NotOurs (`mark` said no), Unanswered (nobody knows).
    """
    try:
        _envelope(wire, sender, address, mime)
    except (smtplib.SMTPException, ValueError) as error:
        wire.close()
        raise Deferred(error_text(error), broken=True) from error
    if not mark():
        # The connection is cut, for the end of a message without its dot can be told in no other way.
        wire.close()
        raise ServerRejected
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
    """End a conversation politely, and quickly."""
    if wire is None or wire.sock is None:
        return
    wire.ends = time.monotonic() + 2
    try:
        wire.quit()
    except smtplib.SMTPException:
        wire.close()
