"""Password links are in no database file and in no backup, neither before nor after sending."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.jobs import JOBS, run_job
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.mail.outbox.put import put_mail
from crm.core.ops.backup.write import write_backup
from tests.core.ops.backup.conftest import contents
from tests.fixtures.apps import dispose, make_app
from tests.fixtures.forms import token_of
from tests.fixtures.people import make_people

pytestmark = pytest.mark.engine_in_turn

ANNA = "anna@demo.example"
BEFORE = "0022"
"""The revision before the one that deletes links."""


@pytest.fixture
def mailing(real_db, tmp_path, smtp):
    app = make_app(real_db, tmp_path, CRM_SMTP_URL=smtp.url)
    with app.app_context():
        make_people()
        db.session.commit()
    yield app
    dispose(app)


def all_stored_bytes(app, folder: Path) -> bytes:
    """Return all rows, the SQLite files with their unused pages, and an unpacked backup."""
    stored = repr(contents(app)).encode()
    with app.app_context():
        file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
        backup = folder / "backup.tar.gz"
        backup.unlink(missing_ok=True)
        write_backup(backup, folder)
    for name in [f"{file}{end}" for end in ("", "-wal")] if file else []:
        stored += Path(name).read_bytes() if Path(name).exists() else b""
    return stored + gzip.decompress(backup.read_bytes())


def test_reset_link_is_in_no_file_and_no_backup(mailing, smtp, tmp_path):
    client = mailing.test_client()
    assert client.post("/reset", data={"email": ANNA, "csrf_token": token_of(client, "/reset")}).status_code == 303
    before = all_stored_bytes(mailing, tmp_path)
    assert run_job(mailing, JOBS["send_mail"])
    link = re.search(r"/reset/(\S+)", smtp.messages[0].message.get_body(("plain",)).get_content())
    assert link
    token = link[1].encode()
    assert ANNA.encode() in before
    assert token not in before
    assert token not in all_stored_bytes(mailing, tmp_path)
    page = mailing.test_client().get(f"/reset/{link[1]}")
    assert page.status_code == 200
    with mailing.app_context():
        assert db.session.execute(sa.select(Mail.mime, Mail.text)).one() == (b"", "")


def test_migration_deletes_sent_links_and_keeps_pending_mails(new_app):
    app = new_app()
    with app.app_context():
        anna = make_people()["anna"]
        for number, (state, secret, ago) in enumerate(
            [("sent", True, 0), ("dead", True, 1), ("pending", True, 0), ("pending", True, 8), ("sent", False, 9)]
        ):
            mail = put_mail("digest", RenderedMail("S", "words", ""), to=anna, dedupe_key=f"m{number}")
            mail.state, mail.secret, mail.date = MailState(state), secret, clock.now() - timedelta(days=ago)
        db.session.commit()
        db.session.remove()
        downgrade(revision=BEFORE)
        upgrade()
        rows = db.session.execute(sa.select(Mail.text, sa.func.length(Mail.mime) > 0).order_by(Mail.id)).all()
        db.session.remove()
        db.engine.dispose()
    assert [text for text, _ in rows] == ["", "", "words", "", "words"]
    assert [bool(has_mime) for _, has_mime in rows] == [False, False, True, False, True]


@pytest.mark.parametrize("demo", [True, False])
def test_only_demo_shows_link_until_it_is_deleted(client, people, app, monkeypatch, demo):
    client.post("/reset", data={"email": ANNA})
    mail = db.session.scalars(sa.select(Mail)).one()
    monkeypatch.setitem(app.config, "CRM_DEMO", demo)
    anna = client.login_as("anna")
    assert ("http://localhost/reset/" in anna.get(f"/mail/{mail.id}").text) is demo
    db.session.execute(sa.update(Mail).values(mime=b"", text=""))
    db.session.commit()
    page = anna.get(f"/mail/{mail.id}")
    assert page.status_code == 200
    assert ("The text was deleted after sending" in page.text) is demo
