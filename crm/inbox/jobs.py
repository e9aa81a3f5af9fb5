"""`read_mailbox`: handle what arrived in the mailbox since the last run."""

from __future__ import annotations

import imaplib

import sqlalchemy as sa
import structlog
from flask import current_app
from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.jobs import job, stopping

from .imap import FetchRefusedError, fetch_message, list_uids_after, open_mailbox, parse_imap_url, read_uid_validity
from .models import InboxMessage, Mailbox
from .policy import MAX_A_RUN, MAX_MESSAGE_MB
from .services import note_failure, receive

log = structlog.get_logger()
MEGABYTE = 1024 * 1024


@job(every=30)
def read_mailbox() -> None:
    """Handle new messages of the mailbox, each in its own transaction."""
    url = current_app.config["CRM_IMAP_URL"]
    if not url or not current_app.config["CRM_INBOX_ADDRESS"]:
        return
    server = parse_imap_url(url)
    try:
        with open_mailbox(server) as box:
            _read_new(box, read_uid_validity(box, server.folder))
        _note_check(None)
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        db.session.rollback()
        log.warning("mailbox not read", why=str(error)[:200])
        _note_check(f"{type(error).__name__}: {error}"[:300])


def _read_new(box: BaseMailBox, uid_validity: int) -> None:
    state = _load_state()
    if state.uid_validity != uid_validity:
        state.uid_validity, state.last_uid = uid_validity, 0
    last_uid = state.last_uid
    db.session.commit()
    refused: list[int] = []
    reason = None
    for uid in list_uids_after(box, last_uid)[:MAX_A_RUN]:
        if stopping.is_set():
            return
        try:
            raw, size = fetch_message(box, uid, MAX_MESSAGE_MB * MEGABYTE)
        except FetchRefusedError as error:
            refused.append(uid)
            reason = error
            continue
        # In order: the next run continues after the last one that was handled.
        for earlier in refused:
            _read_again(box, uid_validity, earlier)
        refused.clear()
        _receive(raw, uid_validity, uid, size)
    if refused and reason:
        raise reason


def _read_again(box: BaseMailBox, uid_validity: int, uid: int) -> None:
    """Handle a message that the server refused before it sent a later one; note it as failed if it is refused again.

    The server works, so the message is the problem: without the note it would block all later ones.
    """
    try:
        raw, size = fetch_message(box, uid, MAX_MESSAGE_MB * MEGABYTE)
    except FetchRefusedError as error:
        log.warning("message not sent by the mailbox", uid=uid, why=str(error)[:200])
        _note_failed(uid_validity, uid, 0)
    else:
        _receive(raw, uid_validity, uid, size)


def _receive(raw: bytes, uid_validity: int, uid: int, size: int) -> None:
    """Handle one message and advance; a message that can't be handled is logged and doesn't block the others.

    It is tried again once if someone else wrote the same rows at the same moment.
    """
    for is_last in (False, True):
        try:
            _handle(raw, uid_validity, uid, size)
        except (IntegrityError, StaleDataError):
            db.session.rollback()
            if _is_noted(uid_validity, uid):
                # Another process handled it.
                return
            if is_last:
                log.exception("message failed", uid=uid)
                _note_failed(uid_validity, uid, size)
        except (OperationalError, InterfaceError):
            # The database is away or locked: the next run continues here. Not for a value that it refuses (DataError):
            # the message would come again and again, and hold off all later ones.
            db.session.rollback()
            raise
        except Exception:
            db.session.rollback()
            log.exception("message failed", uid=uid)
            _note_failed(uid_validity, uid, size)
            return
        else:
            return


def _handle(raw: bytes, uid_validity: int, uid: int, size: int) -> None:
    act_as(db.session(), None, ChangeSource.mail)
    receive(raw, uid_validity=uid_validity, uid=uid, size=size)
    _load_state().last_uid = uid
    db.session.commit()


def _note_failed(uid_validity: int, uid: int, size: int) -> None:
    """Note a message that can't be handled, and advance."""
    note_failure(uid_validity=uid_validity, uid=uid, size=size)
    _load_state().last_uid = uid
    db.session.commit()


def _is_noted(uid_validity: int, uid: int) -> bool:
    stmt = sa.select(InboxMessage.id).where(InboxMessage.uid_validity == uid_validity, InboxMessage.uid == uid)
    return db.session.scalar(stmt) is not None


def _load_state() -> Mailbox:
    state = db.session.get(Mailbox, 1)
    if state is None:
        state = Mailbox(id=1, uid_validity=0, last_uid=0)
        db.session.add(state)
        db.session.flush()
    return state


def _note_check(error: str | None) -> None:
    state = _load_state()
    state.error = error
    db.session.commit()
