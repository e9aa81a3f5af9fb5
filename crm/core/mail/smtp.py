"""The mail server: its URL, a verified connection, and a deadline for the whole conversation."""

from __future__ import annotations

import re
import select
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from crm.core.errors import Problem

MAX_LINE_BYTES = 8192
CONNECT_SECONDS = 15.0


class Tls(Enum):
    """How the connection is encrypted."""

    starttls = "starttls"
    tls = "tls"
    none = "none"


@dataclass(frozen=True)
class Server:
    host: str
    port: int
    tls: Tls = Tls.starttls
    user: str = ""
    password: str = field(default="", repr=False)


class DeliveryDeferred(Problem):
    """Temporary: the server accepted nothing. `broken` means that the connection can no longer be used."""

    def __init__(self, message: str, *, broken: bool = False) -> None:
        super().__init__(message)
        self.broken = broken


class Unreachable(DeliveryDeferred):
    """No connection could be made."""


class ChannelRefused(Problem):
    """The server refuses us, whatever the message: account, TLS, greeting."""


CHECK_ACCOUNT = "(Check user and password in CRM_SMTP_URL.)"
CHECK_TLS = "(Check the port and tls= in CRM_SMTP_URL.)"
CHECK_CERTIFICATE = "(Check the mail server's certificate, and the host name in CRM_SMTP_URL.)"
"""What an administrator can do about a refusal, after the words of the server."""
ENCODE = "Percent-encode special characters in user and password, such as %23 for #."

DEFAULT_PORTS = {Tls.starttls: 587, Tls.tls: 465, Tls.none: 25}


def parse_smtp_url(url: str) -> Server:
    """Parse `smtp://user:pass@host:587?tls=starttls|tls|none`. Raises ValueError with a message for the operator."""
    parts = urlsplit(url)
    query = parse_qs(parts.query, keep_blank_values=True)
    if parts.scheme != "smtp" or not parts.hostname:
        raise ValueError("CRM_SMTP_URL must look like smtp://user:password@host:587?tls=starttls.")
    if parts.fragment or parts.path.strip("/"):
        raise ValueError(f"CRM_SMTP_URL has a # or / in it. {ENCODE}")
    if set(query) - {"tls"}:
        raise ValueError("Remove all options but tls from CRM_SMTP_URL.")
    try:
        tls = Tls(query.get("tls", ["starttls"])[-1])
        port = parts.port or DEFAULT_PORTS[tls]
    except ValueError:
        raise ValueError(f"CRM_SMTP_URL needs a port number, and tls=starttls, tls=tls or tls=none. {ENCODE}") from None
    return Server(parts.hostname, port, tls, unquote(parts.username or ""), unquote(parts.password or ""))


def make_tls_context() -> ssl.SSLContext:
    """Return the TLS context: certificates are verified against the system's authorities."""
    return ssl.create_default_context()


class SmtpConnection(smtplib.SMTP):
    """A connection with one deadline for all steps, instead of a timeout for each read."""

    def __init__(self, server: Server, own_name: str, context: ssl.SSLContext) -> None:
        super().__init__(local_hostname=own_name)
        self._server = server
        self._context = context
        self._host = server.host
        self._read = b""
        self.ends = 0.0
        self.used = 0

    def _remaining_seconds(self) -> float:
        remaining = self.ends - time.monotonic()
        if remaining <= 0:
            self.close()
            raise smtplib.SMTPServerDisconnected("too slow")
        return remaining

    def _get_socket(self, host: str, port: int, _timeout: Any) -> socket.socket:
        raw_socket = socket.create_connection((host, port), min(CONNECT_SECONDS, self._remaining_seconds()))
        # The final dot is a packet of its own; without this it waits for the receiver's delayed acknowledgment.
        raw_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return (
            self._context.wrap_socket(raw_socket, server_hostname=host) if self._server.tls is Tls.tls else raw_socket
        )

    def starttls(self, **_kw: Any) -> tuple[int, bytes]:  # type: ignore[override]
        """Switch to TLS; buffered input is discarded (replies injected by a third party)."""
        reply = super().starttls(context=self._context)
        self._read = b""
        return reply

    def send(self, s: str | bytes) -> None:  # type: ignore[override]
        """Send within the deadline."""
        if self.sock:
            self.sock.settimeout(self._remaining_seconds())
        super().send(s)

    def _line(self) -> bytes:
        while b"\n" not in self._read:
            if self.sock is None:
                raise smtplib.SMTPServerDisconnected("not connected")
            self.sock.settimeout(self._remaining_seconds())
            try:
                more = self.sock.recv(MAX_LINE_BYTES)
            except OSError as error:
                self.close()
                raise smtplib.SMTPServerDisconnected(f"connection lost: {error}") from error
            if not more or len(self._read) > MAX_LINE_BYTES:
                self.close()
                raise smtplib.SMTPServerDisconnected("connection closed by the server")
            self._read += more
        line, self._read = self._read.split(b"\n", 1)
        return line

    def getreply(self) -> tuple[int, bytes]:
        """Read one reply, which may have several lines. The code is -1 if it can't be parsed."""
        lines = []
        while True:
            line = self._line()
            lines.append(line[4:].strip())
            if not re.match(rb"\d{3}", line):
                return -1, b" ".join(lines)
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(lines)

    def has_input(self) -> bool:
        """Return whether the server has sent something, or closed the connection, without a command."""
        if self._read or self.sock is None:
            return True
        waiting = self.sock.pending() if isinstance(self.sock, ssl.SSLSocket) else 0
        return bool(waiting) or bool(select.select([self.sock], [], [], 0)[0])


def open_connection(server: Server, own_name: str, context: ssl.SSLContext, ends: float) -> SmtpConnection:
    """Connect, greet, switch to TLS and sign in, until the monotonic time `ends`.

    Raises ChannelRefused when the server refuses us or its certificate is wrong, else Unreachable. Never continues in
    plain text where TLS is required.
    """
    connection = SmtpConnection(server, own_name, context)
    connection.ends = ends
    try:
        _greet(connection, server)
    except ssl.SSLCertVerificationError as error:
        text = f"{server.host}: {error.verify_message} {CHECK_CERTIFICATE}"
        raise _close_connection(connection, ChannelRefused(text)) from error
    except smtplib.SMTPAuthenticationError as error:
        text = error_text(error)
        problem = ChannelRefused(f"{text} {CHECK_ACCOUNT}") if error.smtp_code >= 500 else Unreachable(text)
        raise _close_connection(connection, problem) from error
    except smtplib.SMTPResponseException as error:
        kind = ChannelRefused if error.smtp_code >= 500 else Unreachable
        raise _close_connection(connection, kind(error_text(error))) from error
    except (smtplib.SMTPServerDisconnected, ssl.SSLEOFError) as error:
        raise _close_connection(connection, _unreachable(server, error)) from error
    except (smtplib.SMTPException, ssl.SSLError) as error:
        # No STARTTLS, no common way to sign in, or no TLS on this port.
        text = f"{server.host}: {error_text(error)} {CHECK_TLS}"
        raise _close_connection(connection, ChannelRefused(text)) from error
    except (OSError, UnicodeError) as error:
        raise _close_connection(connection, _unreachable(server, error)) from error
    return connection


def _greet(connection: SmtpConnection, server: Server) -> None:
    code, text = connection.connect(server.host, server.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, text)
    connection.ehlo_or_helo_if_needed()
    if server.tls is Tls.starttls:
        connection.starttls()
        connection.ehlo_or_helo_if_needed()
    if server.user:
        connection.login(server.user, server.password)


def _close_connection(connection: SmtpConnection, problem: Problem) -> Problem:
    connection.close()
    return problem


def _unreachable(server: Server, error: Exception) -> Unreachable:
    return Unreachable(f"{server.host}:{server.port}: {error_text(error)}", broken=True)


def error_text(error: Exception) -> str:
    """Return what the server, or the system, reported."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return describe_reply(error.smtp_code, text if isinstance(text, bytes) else str(text).encode())
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def describe_reply(code: int, reply: bytes) -> str:
    """Return a reply for storage: one line, without characters that a database refuses."""
    text = re.sub(r"[\s\x00-\x1f\x7f]+", " ", reply.decode("utf-8", "replace"))
    return f"{code} {text}"[:400]
