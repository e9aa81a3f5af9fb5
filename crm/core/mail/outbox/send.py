"""The job `send_mail`: recover lost leases, claim what is due, send it over a few connections, settle."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import db, reading
from crm.core.data.jobs import job, stopping
from crm.core.mail.messages import sender_of
from crm.core.mail.outbox.channel import channel, pause_channel, resume_channel
from crm.core.mail.outbox.claim import Claim, ClaimedMail, claim_due, is_any_due, recover
from crm.core.mail.outbox.deliver import check_sender, quit_connection
from crm.core.mail.outbox.encryption import unseal_mail
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.policy import AttemptOutcome, may_probe
from crm.core.mail.outbox.refresh import refresh_mail
from crm.core.mail.outbox.results import ResultWriter
from crm.core.mail.outbox.settle import Result
from crm.core.mail.outbox.worker import DeliveryQueue, DeliveryWorker, Route
from crm.core.mail.smtp import ChannelRefused, Unreachable, make_tls_context, open_connection, parse_smtp_url

CONNECTIONS = 4
MAILS_A_CONNECTION = 8
LEASE_SECONDS = 90
DEADLINE_SECONDS = 40

log = structlog.get_logger()


@job(every=10)
def send_mail() -> None:
    """Send the emails that are due."""
    engine = db.engine
    lease = timedelta(seconds=current_app.config.get("MAIL_LEASE_SECONDS", LEASE_SECONDS))
    recover(engine)
    url = current_app.config["CRM_SMTP_URL"]
    if not url:
        if current_app.config["CRM_DEMO"]:
            _show_due(engine, lease)
        return
    route = make_route(url)
    if _try_channel(engine, route) and is_any_due(engine):
        _send_due(engine, route, lease)


def make_route(url: str) -> Route:
    """Return the mail server of the settings with our names."""
    config = current_app.config
    return Route(
        server=parse_smtp_url(url),
        sender=sender_of(config["CRM_MAIL_FROM"]).addr_spec,
        own_name=urlsplit(config["CRM_BASE_URL"]).hostname or "localhost",
        context=make_tls_context(),
        deadline=config.get("MAIL_DEADLINE_SECONDS", DEADLINE_SECONDS),
    )


def _try_channel(engine: Engine, route: Route) -> bool:
    """Return whether email may be sent now. Asks the server again if it paused the channel, and resumes it."""
    with reading(), Session(engine) as session:
        state = channel(session)
        if state.paused_at is None:
            return True
        if not state.by_server or not may_probe(state.probed_at, clock.now()):
            return False
    return _probe(engine, route)


def _probe(engine: Engine, route: Route) -> bool:
    """Ask a server that refused us whether it accepts email again, without sending any."""
    try:
        _try_route(route)
    except (ChannelRefused, Unreachable) as problem:
        log.warning("mail channel stays paused", why=str(problem))
        with Session(engine) as session, session.begin():
            pause_channel(session, str(problem), by_server=True)
        return False
    with Session(engine) as session, session.begin():
        resume_channel(session)
    return True


def _try_route(route: Route) -> None:
    """Connect, sign in and name our sender, without sending any email. Raises ChannelRefused or Unreachable."""
    ends = time.monotonic() + route.deadline
    connection = open_connection(route.server, route.own_name, route.context, ends)
    try:
        check_sender(connection, route.sender)
    finally:
        quit_connection(connection)


def _send_due(engine: Engine, route: Route, lease: timedelta) -> None:
    workers = [DeliveryWorker(route) for _ in range(CONNECTIONS)]
    problem = None
    try:
        with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="delivery") as pool:
            is_written = True
            # A database that takes no results, such as one on a full disk, would make every further email uncertain.
            while problem is None and is_written and not stopping.is_set():
                claim = claim_due(engine, lease)
                if not claim.mails:
                    break
                problem, is_written = _send_claim(engine, claim, workers, pool)
    finally:
        for worker in workers:
            worker.close()
    if isinstance(problem, Unreachable):
        log.warning("mail server unreachable", why=str(problem))
    if isinstance(problem, ChannelRefused):
        log.error("mail channel paused", why=str(problem))
        with Session(engine) as session, session.begin():
            pause_channel(session, str(problem), by_server=True)


def _send_claim(
    engine: Engine, claim: Claim, workers: list[DeliveryWorker], pool: ThreadPoolExecutor
) -> tuple[Unreachable | ChannelRefused | None, bool]:
    """Return what the server refused, and whether all results were written."""
    active = workers[: max(1, min(CONNECTIONS, len(claim.mails) // MAILS_A_CONNECTION))]
    writer = ResultWriter(engine, claim.worker, len(active))
    try:
        queue = DeliveryQueue(claim._replace(mails=list(_select_wanted(claim, writer))), writer, stopping)
        for future in [pool.submit(Context().run, worker.work, queue) for worker in active]:
            future.result()
        for mail in queue.waiting:
            writer.add(Result(mail, None))
    finally:
        is_written = writer.close()
    return queue.problem, is_written


def _select_wanted(claim: Claim, writer: ResultWriter) -> Iterator[ClaimedMail]:
    """Return the emails that are still wanted, and settle the others."""
    with reading():
        for mail in claim.mails:
            try:
                current = _refresh_mail(mail, claim.worker)
            except Exception as problem:
                # `still_wanted` is a feature's code: an email on which it fails must not block the others.
                log.exception("still_wanted failed", mail=mail.id, kind=mail.kind)
                writer.add(Result(mail, AttemptOutcome.deferred, f"{type(problem).__name__}: {problem}"))
                db.session.rollback()
                continue
            if current:
                yield current
            else:
                writer.add(Result(mail, AttemptOutcome.no_longer_needed))
        db.session.rollback()


def _refresh_mail(mail: ClaimedMail, worker: str) -> ClaimedMail | None:
    """Return the email as its kind allows it to be sent, or None when it is no longer wanted."""
    kind = KINDS.get(mail.kind)
    unsealed = unseal_mail(mail)
    if unsealed is None or kind is None:
        return unsealed
    if kind.still_wanted is not None and not kind.still_wanted(db.session(), unsealed):
        return None
    if kind.render_current is None:
        return unsealed
    return refresh_mail(db.session(), worker, unsealed, kind.render_current)


def _show_due(engine: Engine, lease: timedelta) -> None:
    """In a demo without a mail server, an email is shown on the *Email* page only."""
    while not stopping.is_set() and is_any_due(engine):
        claim = claim_due(engine, lease)
        writer = ResultWriter(engine, claim.worker)
        for mail in _select_wanted(claim, writer):
            writer.add(Result(mail, AttemptOutcome.display_only))
        writer.close()
