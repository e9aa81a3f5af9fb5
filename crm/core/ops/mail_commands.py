"""The command `mail test`. Exit codes: 0 accepted by the mail server, 1 not accepted, 2 usage or no mail server set."""

from __future__ import annotations

import time

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from crm.core import clock
from crm.core.data.base import db
from crm.core.errors import Invalid, Problem
from crm.core.mail.messages import RenderedMail, compose, mailbox
from crm.core.mail.outbox.channel import channel
from crm.core.mail.outbox.deliver import deliver_message, quit_connection
from crm.core.mail.outbox.send import make_route
from crm.core.mail.smtp import Unreachable, open_connection

SUBJECT = "Test of outgoing email"
TEXT = "This email was sent with `flask --app crm mail test`. Outgoing email works.\n"
CHECK_SERVER = "(Check the host name and port in CRM_SMTP_URL, and whether a firewall blocks them.)"

mail = AppGroup("mail", help="Test the settings of outgoing email.")


def parse_address(_context: click.Context, _argument: click.Parameter, value: str) -> str:
    """Return an email address of the command line in lower case. Raises BadParameter."""
    try:
        return mailbox(value).lower()
    except Invalid as problem:
        raise click.BadParameter(str(problem)) from None


@mail.command("test")
@click.argument("address", metavar="EMAIL", callback=parse_address)
def send_test(address: str) -> None:
    """Send a short email to EMAIL at once, to try CRM_SMTP_URL and CRM_MAIL_FROM."""
    url, sender = current_app.config["CRM_SMTP_URL"], current_app.config["CRM_MAIL_FROM"]
    if not url:
        raise click.UsageError("Set CRM_SMTP_URL first.")
    route = make_route(url)
    now = clock.real_now()
    message = compose(RenderedMail(SUBJECT, TEXT, ""), sender=sender, to=address, date=now)
    connection = None
    try:
        connection = open_connection(route.server, route.own_name, route.context, time.monotonic() + route.deadline)
        reply = deliver_message(connection, route.sender, address, message.mime, lambda: True)
    except Problem as problem:
        hint = f" {CHECK_SERVER}" if isinstance(problem, Unreachable) and problem.broken else ""
        raise click.ClickException(f"The email wasn't accepted. {problem}{hint}") from None
    finally:
        quit_connection(connection)
    click.echo(f"{route.server.host} accepted the email to {address}: {reply}")
    paused = channel(db.session())
    if paused.paused_at is not None:
        click.echo(f"Other email is still paused: {paused.why}")


def register(app: Flask) -> None:
    app.cli.add_command(mail)
