"""Insert due emails, as a process of its own: `python -m tests.bench.due_mails 10000`."""

from __future__ import annotations

import sys
import uuid

from crm import create_app
from crm.core.data.base import db
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.kinds import MailKind, declare_mail_kind
from crm.core.mail.outbox.put import put_mail


def insert(count: int) -> None:
    """Insert due emails of a kind that is always sent: an invitation without a user would be canceled."""
    declare_mail_kind(MailKind("bench", "Bench"))
    for position in range(count):
        put_mail(
            "bench",
            RenderedMail(f"Bench {position}", "Due today.\n" * 20, "<p>Due today.</p>" * 20),
            to=f"b{position}@bench.example",
            dedupe_key=f"bench:{uuid.uuid4()}",
        )
    db.session.commit()


if __name__ == "__main__":
    with create_app().app_context():
        insert(int(sys.argv[1]))
