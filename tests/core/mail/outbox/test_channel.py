"""The channel: refusing servers, TLS, replies at unusual moments, and resuming."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from sqlalchemy.orm import Session

from crm.core.data.base import db
from crm.core.mail.outbox.channel import pause_channel, resume_channel
from crm.core.mail.outbox.policy import AttemptOutcome
from tests.core.mail.outbox.outbox_app import Office
from tests.fixtures.clock import Clock
from tests.fixtures.smtp import Mailbox

# The tests that send a password in plain text do so on this machine only.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

CERTIFICATE = Path(__file__).parent / "localhost.pem"


class Guarded(Controller):
    """A server that requires a password, with TLS if a context is given."""

    def __init__(self, mailbox: Mailbox, *, context: ssl.SSLContext | None = None, password: bytes = b"secret") -> None:
        self.context = context
        self.password = password
        super().__init__(mailbox, hostname="127.0.0.1", port=0)

    def factory(self) -> SMTP:
        return SMTP(
            self.handler,
            hostname="smtp.test",
            tls_context=self.context,
            auth_require_tls=self.context is not None,
            authenticator=self._check,
            auth_required=True,
        )

    def _check(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.login == b"office" and data.password == self.password, handled=False)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_server_that_does_not_run_is_named(office: Office) -> None:
    office.app.config["CRM_SMTP_URL"] = "smtp://127.0.0.1:1?tls=none"
    office.put("a")
    office.send()
    assert office.states() == {"a": "retry"}
    assert office.attempts("a") == [(AttemptOutcome.unreachable, "127.0.0.1:1: Connection refused")]


@pytest.fixture
def guarded_server() -> Iterator[Guarded]:
    """Run a server with a password, without TLS."""
    server = Guarded(Mailbox())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def private() -> Iterator[Guarded]:
    """Run a server with a password and STARTTLS, whose certificate is untrusted by default."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server = Guarded(Mailbox(), context=context)
    server.start()
    yield server
    server.stop()


def use(office: Office, server: Guarded, password: str = "secret", tls: str = "none") -> None:
    office.app.config["CRM_SMTP_URL"] = f"smtp://office:{password}@127.0.0.1:{server.port}?tls={tls}"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_wrong_password_pauses_the_channel_without_failed_attempts(
    office: Office, guarded_server: Guarded, clock: Clock
) -> None:
    use(office, guarded_server, "wrong")
    office.put("a", "b")
    office.send()
    assert office.states() == {"a": "pending", "b": "pending"}
    assert office.mail("a").tries == 0
    channel = office.channel()
    assert channel is not None
    assert channel.by_server
    assert channel.why is not None
    assert channel.why.startswith("535 ")
    assert channel.why.endswith("(Check user and password in CRM_SMTP_URL.)")
    use(office, guarded_server)
    clock.forward(minutes=4)
    office.send()
    assert office.states() == {"a": "pending", "b": "pending"}
    clock.forward(minutes=1)
    office.send()
    assert office.states() == {"a": "sent", "b": "sent"}
    assert office.channel().paused_at is None


def test_failed_probe_keeps_the_channel_paused(office: Office, guarded_server: Guarded, clock: Clock) -> None:
    use(office, guarded_server, "wrong")
    office.put("a")
    office.send()
    since = office.channel().paused_at
    clock.forward(minutes=5)
    office.send()
    channel = office.channel()
    assert channel.paused_at == since
    assert channel.probed_at > since


def test_manual_pause_is_ended_only_manually(office: Office, smtp: Mailbox, clock: Clock) -> None:
    office.put("a")
    with office.app.app_context(), Session(db.engine) as session, session.begin():
        pause_channel(session, "restored from a backup")
    clock.forward(days=3)
    office.send()
    assert office.states() == {"a": "pending"}
    with office.app.app_context(), Session(db.engine) as session, session.begin():
        resume_channel(session)
    office.send()
    assert office.states() == {"a": "sent"}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_refused_sender_pauses_the_channel_until_it_is_accepted(office: Office, smtp: Mailbox, clock: Clock) -> None:
    smtp.refuse("553 5.7.1 not your address", step="mail")
    office.put("a", "b")
    for _ in range(2):
        office.send()
        assert office.states() == {"a": "pending", "b": "pending"}
        assert office.channel().why == "553 5.7.1 not your address (Check CRM_MAIL_FROM.)"
        clock.forward(minutes=5)
    smtp.accept()
    office.send()
    assert office.states() == {"a": "sent", "b": "sent"}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_missing_starttls_sends_no_email_and_no_password(office: Office, guarded_server: Guarded) -> None:
    use(office, guarded_server, tls="starttls")
    office.put("a")
    office.send()
    assert office.states() == {"a": "pending"}
    assert "STARTTLS" in office.channel().why
    assert guarded_server.handler.messages == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_untrusted_certificate_pauses_the_channel(office: Office, private: Guarded) -> None:
    use(office, private, tls="starttls")
    office.put("a")
    office.send()
    assert office.states() == {"a": "pending"}
    assert "self-signed certificate (Check the mail server's certificate" in office.channel().why


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_trusted_certificate_is_accepted(office: Office, private: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    use(office, private, tls="starttls")
    office.put("a")
    office.send()
    assert office.states() == {"a": "sent"}


def test_plain_text_on_a_tls_port_pauses_the_channel(office: Office, guarded_server: Guarded) -> None:
    use(office, guarded_server, tls="tls")
    office.put("a")
    office.send()
    assert office.states() == {"a": "pending"}
    assert office.channel().by_server
    assert office.channel().why.endswith("(Check the port and tls= in CRM_SMTP_URL.)")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_server_disconnect_between_emails_costs_no_attempt(office: Office, smtp: Mailbox) -> None:
    plain = smtp.handle_MAIL

    async def handle(server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if getattr(session, "served", False):
            return "421 enough for one connection"
        session.served = True
        return await plain(server, session, envelope, address, options)

    smtp.handle_MAIL = handle
    office.put("a", "b", "c")
    office.send()
    assert office.states() == {"a": "sent", "b": "sent", "c": "sent"}
    assert [office.mail(key).tries for key in "abc"] == [1, 1, 1]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("answer", "state", "outcome"),
    [
        (b"354 go on\r\n452 no room after all\r\n", "retry", AttemptOutcome.deferred),
        (b"354 go on\r\n552 too large\r\n", "dead", AttemptOutcome.refused),
        (b"nonsense\r\n", "retry", AttemptOutcome.deferred),
    ],
    ids=["early 4xx", "early 5xx", "nonsense"],
)
def test_reply_before_the_final_dot_is_certain(
    office: Office, answer: bytes, state: str, outcome: AttemptOutcome
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        speaker = threading.Thread(target=_reply_to_data, args=(listener, answer))
        speaker.start()
        office.app.config["CRM_SMTP_URL"] = f"smtp://127.0.0.1:{listener.getsockname()[1]}?tls=none"
        office.put("a")
        office.send()
        speaker.join()
    assert office.states() == {"a": state}
    assert not office.mail("a").ever_ambiguous
    assert office.attempts("a")[0][0] is outcome


def _reply_to_data(listener: socket.socket, to_data: bytes) -> None:
    """Accept everything up to DATA, send the reply, and disconnect."""
    connection, _address = listener.accept()
    with connection, connection.makefile("rb") as reader:
        connection.sendall(b"220 hello\r\n")
        for line in reader:
            if line.upper().startswith(b"DATA"):
                connection.sendall(to_data)
                connection.shutdown(socket.SHUT_WR)
                break
            connection.sendall(b"250 fine\r\n")
        reader.read()
