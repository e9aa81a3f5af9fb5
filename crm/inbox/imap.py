"""Read a folder of an IMAP mailbox; messages stay where they are and unread."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, U
from imap_tools.query import AND

from crm.core.mail.smtp import ENCODE, Tls

TIMEOUT_SECONDS = 30
_PORTS = {Tls.tls: 993, Tls.starttls: 143, Tls.none: 143}
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class FetchRefusedError(imaplib.IMAP4.error):
    """The server refuses to send a message: now, or always if its copy is broken. The message isn't gone."""


@dataclass(frozen=True)
class ImapServer:
    """The server, account and folder."""

    host: str
    port: int
    tls: Tls
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"


def parse_imap_url(url: str) -> ImapServer:
    """Parse `imap://user:pass@host:993/INBOX?tls=tls|starttls|none`.

    Raises ValueError with a message for the operator.
    """
    parts = urlsplit(url)
    query = parse_qs(parts.query, keep_blank_values=True)
    if parts.scheme != "imap" or not parts.hostname or not parts.username or parts.fragment:
        raise ValueError(f"CRM_IMAP_URL must look like imap://user:password@host:993/INBOX?tls=tls. {ENCODE}")
    try:
        tls = Tls(query.get("tls", ["tls"])[-1])
        port = parts.port or _PORTS[tls]
    except ValueError:
        raise ValueError(f"CRM_IMAP_URL needs a port number, and tls=tls, tls=starttls or tls=none. {ENCODE}") from None
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return ImapServer(parts.hostname, port, tls, unquote(parts.username), unquote(parts.password or ""), folder)


@contextmanager
def open_mailbox(server: ImapServer) -> Iterator[BaseMailBox]:
    """Connect, sign in and open the folder for reading only. Raises MailboxLoginError, OSError, imaplib errors."""
    context = ssl.create_default_context()
    box: BaseMailBox
    if server.tls is Tls.tls:
        box = MailBox(server.host, server.port, timeout=TIMEOUT_SECONDS, ssl_context=context)
    elif server.tls is Tls.starttls:
        box = MailBoxStartTls(server.host, server.port, timeout=TIMEOUT_SECONDS, ssl_context=context)
    else:
        box = MailBoxUnencrypted(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        box.login(server.user, server.password, initial_folder=None)
        box.folder.set(server.folder, readonly=True)
        yield box
    finally:
        with suppress(Exception):
            box.logout()


def read_uid_validity(box: BaseMailBox, folder: str) -> int:
    """Return the number that changes when the server renumbers its messages."""
    return int(box.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"])


def list_uids_after(box: BaseMailBox, last_uid: int) -> list[int]:
    """Return the numbers of newer messages, ascending."""
    uids = (int(uid) for uid in box.uids(AND(uid=U(str(last_uid + 1), "*"))))
    # "n:*" always includes the last message, even if its number is lower than n.
    return sorted(uid for uid in uids if uid > last_uid)


def _read_size(box: BaseMailBox, uid: int) -> int:
    """Return the size of a message in bytes; 0 if it is gone."""
    for row in _fetch(box, uid, "RFC822.SIZE"):
        line = row[0] if isinstance(row, tuple) else row
        match = _SIZE.search(line or b"")
        if match:
            return int(match[1])
    return 0


def fetch_message(box: BaseMailBox, uid: int, max_size: int) -> tuple[bytes, int]:
    """Return a message and its size; b"" for one that is larger than `max_size`, or gone. Raises FetchRefusedError."""
    size = _read_size(box, uid)
    return (_fetch_bytes(box, uid) if size <= max_size else b""), size


def _fetch_bytes(box: BaseMailBox, uid: int) -> bytes:
    """Return a message; b"" if it is gone. It stays unread."""
    return next((bytes(row[1]) for row in _fetch(box, uid, "BODY.PEEK[]") if isinstance(row, tuple)), b"")


def _fetch(box: BaseMailBox, uid: int, item: str) -> list[Any]:
    """Return what the server sends about a message. Raises FetchRefusedError."""
    status, rows = box.client.uid("fetch", str(uid), f"({item})")
    if status != "OK":
        raise FetchRefusedError(f"FETCH {uid}: {rows!r}")
    return list(rows)
