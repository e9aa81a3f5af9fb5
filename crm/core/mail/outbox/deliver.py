"""Deliver one message over an open connection, with a check just before the final dot."""

from __future__ import annotations

import re
import smtplib
import time
from collections.abc import Callable
from contextlib import suppress

from crm.core.errors import Problem
from crm.core.mail.smtp import (
    CHECK_ACCOUNT,
    ChannelRefused,
    DeliveryDeferred,
    SmtpConnection,
    describe_reply,
    error_text,
)

# 530 sign in first, 534 and 538 stronger mechanism required, 535 wrong password: a problem of the account, not of the
# message.
ACCOUNT_CODES = frozenset({530, 534, 535, 538})
CHECK_SENDER = "(Check CRM_MAIL_FROM.)"
_RELAY_DENIED = re.compile(r"\brelay(?:ing)?\b", re.IGNORECASE)
"""A server that forwards for nobody but its own users: a problem of the settings, which ends."""


class MessageRefused(Problem):
    """Permanent: the server refuses this message. `broken` as in DeliveryDeferred."""

    def __init__(self, message: str, *, broken: bool = False) -> None:
        super().__init__(message)
        self.broken = broken


class ReplyMissing(Problem):
    """The whole message was sent and no reply came: it may or may not have been accepted."""


class MarkerRefused(Problem):
    """The marker was refused: the email was canceled or claimed by another worker. The server accepted nothing."""


def deliver_message(
    connection: SmtpConnection, sender: str, address: str, mime: bytes, mark: Callable[[], bool]
) -> str:
    """Deliver one message and return the server's last reply. `mark` is called just before the final dot.

    Raises DeliveryDeferred or MessageRefused (not accepted), ChannelRefused, MarkerRefused (`mark` returned False),
    ReplyMissing (unknown).
    """
    try:
        _envelope(connection, sender, address, mime)
    except (smtplib.SMTPException, ValueError) as error:
        connection.close()
        raise DeliveryDeferred(error_text(error), broken=True) from error
    if not mark():
        # Cut the connection: SMTP has no other way to abort a message after DATA.
        connection.close()
        raise MarkerRefused
    try:
        connection.send(b".\r\n")
        code, reply = connection.getreply()
    except smtplib.SMTPException as error:
        connection.close()
        raise ReplyMissing(error_text(error)) from error
    connection.used += 1
    if 200 <= code < 300:
        return describe_reply(code, reply)
    if 400 <= code < 600:
        raise _refusal(connection, code, reply)
    connection.close()
    raise ReplyMissing(describe_reply(code, reply))


def _envelope(connection: SmtpConnection, sender: str, address: str, mime: bytes) -> None:
    for command, accepted in (
        (f"MAIL FROM:<{sender}>", (250,)),
        (f"RCPT TO:<{address}>", (250, 251)),
        ("DATA", (354,)),
    ):
        code, reply = connection.docmd(command)
        if code not in accepted:
            raise _refusal(connection, code, reply, is_sender=command.startswith("MAIL"))
    body = re.sub(rb"(?m)^\.", b"..", mime)
    connection.send(body if body.endswith(b"\r\n") else body + b"\r\n")
    if connection.has_input():
        code, reply = connection.getreply()
        connection.close()
        raise _refusal(connection, code, reply)


def check_sender(connection: SmtpConnection, sender: str) -> None:
    """Raise ChannelRefused if the server refuses our sender, and so every email; nothing is sent."""
    try:
        code, reply = connection.docmd(f"MAIL FROM:<{sender}>")
    except smtplib.SMTPException:
        connection.close()
        return
    if 500 <= code < 600:
        raise _refusal(connection, code, reply, is_sender=True)
    with suppress(smtplib.SMTPException):
        connection.rset()


def _refusal(connection: SmtpConnection, code: int, reply: bytes, *, is_sender: bool = False) -> Problem:
    text = describe_reply(code, reply)
    if connection.sock is not None and code != 421:
        try:
            is_reset = connection.rset()[0] == 250
        except smtplib.SMTPException:
            is_reset = False
        if not is_reset:
            connection.close()
    else:
        connection.close()
    broken = connection.sock is None
    if code in ACCOUNT_CODES:
        return ChannelRefused(f"{text} {CHECK_ACCOUNT}")
    if is_sender and 500 <= code < 600:
        return ChannelRefused(f"{text} {CHECK_SENDER}")
    if 500 <= code < 600 and _RELAY_DENIED.search(text):
        # Not of the connection: the same server may accept email to colleagues, which goes on.
        return DeliveryDeferred(f"{text} {CHECK_ACCOUNT}", broken=broken)
    return MessageRefused(text, broken=broken) if 500 <= code < 600 else DeliveryDeferred(text, broken=broken)


def quit_connection(connection: SmtpConnection | None) -> None:
    """End a connection with QUIT, and a short timeout."""
    if connection is None or connection.sock is None:
        return
    connection.ends = time.monotonic() + 2
    try:
        connection.quit()
    except smtplib.SMTPException:
        connection.close()
