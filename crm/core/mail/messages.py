"""Messages as bytes: addresses, headers, text and HTML, and the three templates of a kind."""

from __future__ import annotations

import re
from contextlib import nullcontext
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Any, NamedTuple

import css_inline
import jinja2
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask_babel import force_locale

from crm.core.errors import Invalid
from crm.core.words import _

# Everything goes out as ASCII, so that no server on the way has to know 8BITMIME or SMTPUTF8.
WIRE = SMTP.clone(cte_type="7bit")
_CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# The rules for phones and for the dark stay in the head, each marked important to win over what stands on the elements.
_EMPTY_FIRST = re.compile(rb"(?m)^([A-Za-z-]+):\r\n ")
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


class Rendered(NamedTuple):
    """The three parts of a mail, ready for `put_mail(**rendered._asdict())`."""

    subject: str
    text: str
    html: str


class Message(NamedTuple):
    """A finished message and what identifies it."""

    mime: bytes
    message_id: str


def one_line(text: str) -> str:
    """A text fit for a header: no line breaks, no control characters, single blanks."""
    return _CONTROL.sub(" ", text).strip()


def mailbox(address: str) -> str:
    """Check that a text is exactly one mail address, and give it in the form a server takes.

    Raises Invalid, also for a local part that is not ASCII: too few servers take it.
    """
    try:
        validated = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        validated = None
    if validated is None or validated.ascii_email is None or _CONTROL.search(address):
        raise Invalid(_("“%(address)s” isn't a valid email address.", address=one_line(address)[:100]))
    return validated.ascii_email


def sender_of(setting: str) -> Address:
    """The sender in CRM_MAIL_FROM: `Name <address>` or an address alone. No check: loopback has no domain."""
    name, address = parseaddr(one_line(setting))
    return Address(display_name=name, addr_spec=address)


def compose(  # noqa: PLR0913 - the headers of a message; all are named
    *,
    sender: str,
    to: str,
    name: str,
    subject: str,
    text: str,
    html: str,
    date: datetime,
    reply_to: str = "",
    message_id: str = "",
) -> Message:
    """Make the bytes of a message: text first, HTML beside it with its styles on the elements.

    Its Message-ID and Date are made here once; a repetition carries the same, so that receivers can drop it;
    so does what was worded anew (`message_id`).
    """
    origin = sender_of(sender)
    message = EmailMessage(policy=WIRE)
    message["From"] = origin
    message["To"] = Address(display_name=one_line(name), addr_spec=to)
    if reply_to:
        message["Reply-To"] = Address(addr_spec=mailbox(reply_to))
    message["Subject"] = one_line(subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id or make_msgid(domain=origin.domain or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    if html:
        message.add_alternative(_inliner.inline(html) if "<style" in html else html, subtype="html")
    # A long value is folded right behind its name; some mailboxes then show no subject. Lines may have 998 characters.
    head, between, body = message.as_bytes().partition(b"\r\n\r\n")
    return Message(_EMPTY_FIRST.sub(rb"\1: ", head) + between + body, str(message["Message-ID"]))


def link_to(path: str) -> str:
    """The full address of a path of ours, for mails: from CRM_BASE_URL, never from a request."""
    return f"{current_app.config['CRM_BASE_URL'].rstrip('/')}{path}"


def _environment() -> jinja2.Environment:
    environment = current_app.extensions.get("causeway_mail")
    if environment is None:
        environment = current_app.jinja_env.overlay(
            undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        environment.globals = {**current_app.jinja_env.globals, "link_to": link_to}
        current_app.extensions["causeway_mail"] = environment
    return environment


def render_mail(kind: str, locale: str, **context: Any) -> Rendered:
    """Render templates/email/<kind>/ in a language; a name that is not given is an error (UndefinedError)."""
    environment = _environment()
    variables = {"center": current_app.config.get("CRM_CENTER_NAME", ""), "lang": locale.replace("_", "-"), **context}
    with force_locale(locale) if "babel" in current_app.extensions else nullcontext():
        parts = (environment.get_template(f"email/{kind}/{part}").render(variables) for part in _PARTS)
        subject, text, html = parts
    return Rendered(one_line(subject), text, html)


_PARTS = ("subject.txt", "body.txt", "body.html")
