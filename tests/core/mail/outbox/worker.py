"""A sender in its own process, to be killed: `python -m tests.core.mail.outbox.worker DATABASE_URL SMTP_URL`."""

from __future__ import annotations

import sys
import threading
from datetime import timedelta

from crm.core import clock
from tests.core.mail.outbox.outbox_app import Office, real_now, small_app

OPEN = {"pending", "claimed", "sending", "retry"}


def main(url: str, smtp_url: str) -> None:
    """Send until no email is open. The business clock runs ahead, so that retries are due at once."""
    office = Office(small_app(url, smtp_url, MAIL_LEASE_SECONDS=3, MAIL_DEADLINE_SECONDS=1))
    ahead, tick = timedelta(), threading.Event()
    while OPEN & set(office.states().values()):
        with clock.frozen(real_now() + ahead):
            office.send()
        ahead += timedelta(minutes=1)
        tick.wait(0.2)


if __name__ == "__main__":
    main(*sys.argv[1:])
