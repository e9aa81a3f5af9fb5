"""A small application for outbox tests: the core alone on its own database, and emails to send."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import Base, db, init_db
from crm.core.data.connections import database_url
from crm.core.data.jobs import JOBS, run_job
from crm.core.i18n.translations import init_i18n
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.kinds import KINDS, MailKind, declare_mail_kind
from crm.core.mail.outbox.models import Mail, MailAttempt, MailChannel
from crm.core.mail.outbox.policy import AttemptOutcome, Audience, MailState
from crm.core.mail.outbox.put import put_mail
from crm.core.ops import commands
from crm.core.words import _l
from tests.fixtures.databases import ROOT

UNWANTED: set[str] = set()
CHOKES: set[str] = set()


def _still_wanted(_session: Session, mail: Any) -> bool:
    if mail.dedupe_key in CHOKES:
        raise LookupError("a question that fails")
    return mail.dedupe_key not in UNWANTED


if "test_note" not in KINDS:
    declare_mail_kind(MailKind("test_note", _l("Note"), still_wanted=_still_wanted))
    declare_mail_kind(MailKind("test_letter", _l("Letter"), Audience.outside))


def small_app(url: str, smtp_url: str, **more: Any) -> Flask:
    """Create an application of the core alone."""
    app = Flask("office", template_folder=os.path.join(os.path.dirname(__file__), "templates"))  # noqa: PTH118, PTH120
    app.config.update(
        SQLALCHEMY_DATABASE_URI=database_url(url),
        SECRET_KEY="x" * 32,
        CRM_BASE_URL="https://crm.example.org",
        CRM_DATA_DIR=tempfile.gettempdir(),
        CRM_CENTER_NAME="Inland Trade Center",
        CRM_MAIL_FROM="Inland Trade Center <crm@center.example>",
        CRM_SMTP_URL=smtp_url,
        CRM_DEMO=False,
        **more,
    )
    init_db(app)
    init_i18n(app)
    commands.register(app)
    return app


class Office:
    """What the tests do with the outbox, and what they read from it."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def make_tables(self) -> None:
        """Create the tables from the models, and stamp them as current."""
        scripts = ScriptDirectory(str(ROOT / "migrations"))
        with self.app.app_context():
            Base.metadata.create_all(db.engine)
            with db.engine.begin() as connection:
                MigrationContext.configure(connection).stamp(scripts, "heads")

    def put(self, *keys: str, kind: str = "test_note", **more: Any) -> None:
        """Add emails, one for each key, and commit."""
        with self.app.app_context():
            for key in keys:
                texts = {"subject": f"About {key}", "text": f"Words on {key}.\n", "html": f"<p>Words on {key}.</p>"}
                rendered = RenderedMail(**{name: more.get(name, text) for name, text in texts.items()})
                values = {name: value for name, value in more.items() if name not in texts}
                put_mail(kind, rendered, **{"to": f"{key}@center.example", "dedupe_key": key} | values)
            db.session.commit()

    def send(self) -> bool:
        """Run the send job once."""
        return run_job(self.app, JOBS["send_mail"])

    def mail(self, key: str) -> Mail:
        """Return the current row of an email, with all its columns."""
        with self.app.app_context(), Session(db.engine) as session:
            rows = session.scalars(sa.select(Mail).where(Mail.dedupe_key == key).options(sa.orm.undefer("*"))).one()
            session.expunge_all()
            return rows

    def states(self) -> dict[str, str]:
        """Return the state of each email by key."""
        with self.app.app_context(), Session(db.engine) as session:
            rows = session.execute(sa.select(Mail.dedupe_key, Mail.state).order_by(Mail.dedupe_key))
            return {key: state.value for key, state in rows}

    def attempts(self, key: str) -> list[tuple[AttemptOutcome, str]]:
        """Return the outcomes and texts of an email's attempts, in order."""
        with self.app.app_context(), Session(db.engine) as session:
            stmt = sa.select(MailAttempt.outcome, MailAttempt.text).join(Mail).where(Mail.dedupe_key == key)
            return [tuple(row) for row in session.execute(stmt.order_by(MailAttempt.id))]

    def channel(self) -> MailChannel | None:
        """Return the channel's row, or None."""
        with self.app.app_context(), Session(db.engine) as session:
            return session.get(MailChannel, 1)

    def change(self, key: str, **values: Any) -> None:
        """Set columns of an email, as a fault or another process would."""
        with self.app.app_context(), Session(db.engine) as session, session.begin():
            session.execute(sa.update(Mail).where(Mail.dedupe_key == key).values(**values))

    def hold(self, key: str, state: MailState, until: datetime, worker: str = "gone:1:0") -> None:
        """Leave an email in the state in which a killed sender leaves it."""
        self.change(key, state=state, lease_until=until, worker=worker)


def real_now() -> datetime:
    """Return the system time."""
    return clock.real_now()
