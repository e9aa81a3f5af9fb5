"""`mail test`: the administrator sees at once whether the mail server accepts email, and which setting to check."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.core.mail.outbox.channel import pause_channel

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def run(app, address="Chief@center.example"):
    return app.test_cli_runner().invoke(args=["mail", "test", address])


def test_accepted_email_prints_the_reply_and_a_pause(new_app, smtp):
    app = new_app(CRM_SMTP_URL=smtp.url, CRM_MAIL_FROM="Center <crm@center.example>")
    result = run(app)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("127.0.0.1 accepted the email to chief@center.example: 250")
    assert [(mail.sender, mail.recipients) for mail in smtp.messages] == [
        ("crm@center.example", ["chief@center.example"])
    ]
    assert smtp.messages[0].message["Subject"] == "Test of outgoing email"
    with app.app_context():
        pause_channel(db.session(), "moving")
        db.session.commit()
    assert run(app).output.endswith("Other email is still paused: moving\n")


@pytest.mark.parametrize(
    ("step", "reply", "message"),
    [
        ("mail", "553 5.7.1 not your address", "553 5.7.1 not your address (Check CRM_MAIL_FROM.)"),
        ("rcpt", "550 5.1.1 no such user", "550 5.1.1 no such user"),
    ],
)
def test_refused_email_prints_why(new_app, smtp, step, reply, message):
    smtp.refuse(reply, step=step)
    result = run(new_app(CRM_SMTP_URL=smtp.url))
    assert (result.exit_code, result.output) == (1, f"Error: The email wasn't accepted. {message}\n")


def test_server_that_does_not_run_and_wrong_usage(new_app):
    away = run(new_app(CRM_SMTP_URL="smtp://127.0.0.1:1?tls=none"))
    assert away.exit_code == 1
    assert away.output == (
        "Error: The email wasn't accepted. 127.0.0.1:1: Connection refused "
        "(Check the host name and port in CRM_SMTP_URL, and whether a firewall blocks them.)\n"
    )
    app = new_app()
    assert run(app).exit_code == 2
    assert "Set CRM_SMTP_URL first." in run(app).output
    assert run(app, "nobody").exit_code == 2
