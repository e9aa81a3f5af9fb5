"""Sends requests to the application as each of its people; changes are rolled back before the next request."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Connection

from crm.accounts.models import AuthSession, Passkey
from crm.core import clock
from crm.core.data.base import Base, db
from crm.core.web.files import folder
from tests.fixtures.apps import BOOKKEEPING
from tests.fixtures.people import sign_in
from tests.laws.build_dataset import NOW, Dataset, build_dataset
from tests.laws.expected import OwnedRow
from tests.laws.viewers import PEOPLE

BOOKKEEPING_TABLES = frozenset(
    {
        "login_try",
        "auth_session",
        "known_device",
        "security_event",
        "recent",
        "receipt",
        "star_seen",
        "export_log",
        "heartbeat",
    }
)
"""Tables written in their own transactions, before or after the request's; not business data."""
WRITES = re.compile(r'^\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE)


@dataclass(frozen=True)
class LawResponse:
    """A response and its statements."""

    status: int
    text: str
    location: str
    wrote: frozenset[str]


@dataclass
class ApplicationUnderTest:
    """The application with the dataset in it, on one connection that is never committed."""

    app: Flask
    connection: Connection
    dataset: Dataset
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    files: dict[Path, bytes] = field(default_factory=dict)
    statements: list[tuple[str, Any]] = field(default_factory=list)
    _wrote: set[str] = field(default_factory=set)

    def ask(
        self, viewer: str, method: str, path: str, *, data: Any = None, token: bool = True, **kw: Any
    ) -> LawResponse:
        """Send one request and roll back what it did."""
        if method != "GET":
            data = dict(data or {}) | ({"csrf_token": self.tokens[viewer]} if token else {})
        self._wrote.clear()
        with self.rolled_back():
            try:
                response = self.clients[viewer].open(path, method=method, data=data, **kw)
            except Exception as error:  # noqa: BLE001 - an exception is reported like other faults
                return LawResponse(500, f"{type(error).__name__}: {error}", "", frozenset())
            text = (
                response.get_data(as_text=True) if response.mimetype.startswith(("text/", "application/json")) else ""
            )
        wrote = frozenset(self._wrote - BOOKKEEPING_TABLES)
        return LawResponse(response.status_code, text, response.headers.get("Location", ""), wrote)

    def count(self, viewer: str, path: str) -> int:
        """Return how many statements a page takes, with warm caches."""
        self.ask(viewer, "GET", path)
        self.statements.clear()
        assert self.ask(viewer, "GET", path).status == 200, path
        return len(self.statements)

    @contextmanager
    def session_at_dataset_time(self) -> Iterator[None]:
        """Freeze the clock at the dataset's time; changes inside the block are rolled back at its end."""
        with self.app.app_context(), clock.frozen(NOW), structlog.testing.capture_logs():
            db.session.remove()
            db.session.configure(join_transaction_mode="create_savepoint")
            db.engines[None] = self.connection
            savepoint = self.connection.begin_nested()
            try:
                db.session.add_all(self.dataset.business_rows())
                yield
            finally:
                db.session.remove()
                savepoint.rollback()

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        """Undo the changes inside the block: in the database, in cookies and in stored files."""
        db.session.commit()
        savepoint = self.connection.begin_nested()
        jars = {viewer: dict(client._cookies or {}) for viewer, client in self.clients.items()}
        try:
            yield
        finally:
            db.session.rollback()
            savepoint.rollback()
            for viewer, jar in jars.items():
                self.clients[viewer]._cookies = jar
            for file, content in self.files.items():
                if not file.exists():
                    file.write_bytes(content)

    def is_unchanged_by(self, viewer: str, method: str, path: str, **kw: Any) -> bool:
        """Return whether the business tables are the same after a request, without rolling it back."""
        with self.rolled_back():
            before = self.fingerprint()
            data = dict(kw.pop("data", None) or {}) | {"csrf_token": self.tokens[viewer]}
            self.clients[viewer].open(path, method=method, data=data, **kw)
            return self.fingerprint() == before

    def fingerprint(self) -> dict[str, str]:
        """Return row count and checksum of every business table."""
        counts = {}
        for table in Base.metadata.sorted_tables:
            if table.name not in BOOKKEEPING_TABLES:
                rows = self.connection.execute(sa.select(table).order_by(*table.primary_key)).all()
                counts[table.name] = f"{len(rows)} {hashlib.sha256(repr(rows).encode()).hexdigest()}"
        return counts

    def note(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        """Record the statement, and the table that it writes."""
        if not statement.startswith(BOOKKEEPING):
            self.statements.append((statement, parameters))
        if match := WRITES.match(statement):
            self._wrote.add(match[1])


def csrf_token_in(text: str) -> str:
    """Return the CSRF token of a page."""
    match = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    return match[1] if match else ""


@contextmanager
def build_application(
    app: Flask, make_dataset: Callable[[], Dataset] = build_dataset
) -> Iterator[ApplicationUnderTest]:
    """Build a dataset on one connection and sign everyone in; requests need `session_at_dataset_time`."""
    with app.app_context():
        engine = db.engine
    with engine.connect() as connection:
        outer = connection.begin()
        try:
            with app.app_context(), clock.frozen(NOW), structlog.testing.capture_logs():
                db.session.configure(join_transaction_mode="create_savepoint")
                db.engines[None] = connection
                application = ApplicationUnderTest(app, connection, make_dataset())
                db.session.commit()
                application.files = {
                    f: f.read_bytes() for kind in ("imports", "attachments") for f in folder(kind).iterdir()
                }
                _sign_everyone_in(application)
                db.session.commit()
            event.listen(connection, "before_cursor_execute", application.note)
            yield application
        finally:
            outer.rollback()
            with app.app_context():
                db.engines[None] = engine


@contextmanager
def open_application(app: Flask) -> Iterator[ApplicationUnderTest]:
    """Return a separate application that is ready for requests."""
    with build_application(app) as application, application.session_at_dataset_time():
        yield application


def _sign_everyone_in(application: ApplicationUnderTest) -> None:
    """Sign everyone in, and store a token for each, and for the guest."""
    for name in ("guest", *PEOPLE):
        client = application.app.test_client()
        if name != "guest":
            sign_in(client, f"{name}@demo.example")
        page = client.get("/login" if name == "guest" else "/profile").get_data(as_text=True)
        application.clients[name], application.tokens[name] = client, csrf_token_in(page)
        assert application.tokens[name], name
        if name != "guest":
            own_sessions = sa.select(AuthSession).where(AuthSession.user_id == application.dataset.users[name].id)
            application.dataset.add(
                "session", db.session.scalars(own_sessions).one(), "", owned_row=OwnedRow("session", name)
            )
            user_id = application.dataset.users[name].id
            passkey = Passkey(user_id=user_id, name="Zqpasskey", credential_id=name.encode().hex(), created_at=NOW)
            passkey.public_key = b""
            db.session.add(passkey)
            db.session.flush()
            application.dataset.add("passkey", passkey, "", owned_row=OwnedRow("passkey", name))
