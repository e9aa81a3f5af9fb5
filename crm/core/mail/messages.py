"""Email messages: addresses, headers, text and HTML, and the three templates of a kind."""

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

# Everything is sent as ASCII, so that no server needs 8BITMIME or SMTPUTF8.
WIRE = SMTP.clone(cte_type="7bit")
_CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_FOLDED_AFTER_NAME = re.compile(rb"(?m)^([A-Za-z-]+):\r\n ")
"""A header whose value begins on the line after its name."""
_TO = re.compile(rb"(?m)^To:.*(?:\n[ \t].*)*")
_TEMPLATE_PARTS = ("subject.txt", "body.txt", "body.html")
# Rules for phones and dark mode stay in the head, marked !important to override the inline styles.
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


class MailHeaders(NamedTuple):
    """What the headers of an email to outsiders add.

    unsubscribe_url: where a mail program unsubscribes with one click (RFC 8058). sender_name: whose name stands before
    the address of the center. personal: one person wrote it to another, so an out-of-office reply is welcome.
    """

    unsubscribe_url: str = ""
    sender_name: str = ""
    personal: bool = False


class CalendarPart(NamedTuple):
    """An invitation in an email: the iCalendar text and its method (REQUEST, CANCEL)."""

    ical: bytes
    method: str


class RenderedMail(NamedTuple):
    """The content of an email.

    `reply_to` is where answers go, if not to the sender; `numbered` are the records that its numbers stand for.
    """

    subject: str
    text: str
    html: str
    reply_to: str = ""
    numbered: dict[str, int] | None = None
    invitation: CalendarPart | None = None
    headers: MailHeaders = MailHeaders()


class Message(NamedTuple):
    """A finished message and its Message-ID."""

    mime: bytes
    message_id: str


def one_line(text: str) -> str:
    """Return a text for a header: no line breaks, no control characters, single spaces."""
    return _CONTROL.sub(" ", text).strip()


def mailbox(address: str) -> str:
    """Check that a text is exactly one email address, and return it in the form for SMTP.

    Raises Invalid, also for a local part that is not ASCII, which too few servers accept.
    """
    try:
        validated = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        validated = None
    if validated is None or validated.ascii_email is None or _CONTROL.search(address):
        raise Invalid(_("“%(address)s” isn't a valid email address.", address=one_line(address)[:100]))
    return validated.ascii_email


def sender_of(setting: str) -> Address:
    """Return the sender in CRM_MAIL_FROM: `Name <address>` or an address alone. Not checked.

    Localhost has no domain.
    """
    name, address = parseaddr(one_line(setting))
    return Address(display_name=name, addr_spec=address)


def compose(
    content: RenderedMail, *, sender: str, to: str, name: str = "", date: datetime, message_id: str = ""
) -> Message:
    """Build the bytes of a message: text first, then HTML with inline styles, then an invitation if there is one.

    `sender` is the setting CRM_MAIL_FROM; `to` and `name` are the recipient. Message-ID and Date are set here once, so
    that receivers can drop a copy that is sent again. An email that is rendered again keeps its `message_id`.
    """
    origin, headers = sender_of(sender), content.headers
    message = EmailMessage(policy=WIRE)
    sender_name = one_line(headers.sender_name)
    message["From"] = Address(display_name=sender_name, addr_spec=origin.addr_spec) if sender_name else origin
    message["To"] = Address(display_name=one_line(name), addr_spec=to)
    if content.reply_to:
        message["Reply-To"] = Address(addr_spec=mailbox(content.reply_to))
    message["Subject"] = one_line(content.subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id or make_msgid(domain=origin.domain or "localhost")
    if not headers.personal:
        message["Auto-Submitted"] = "auto-generated"
    message.set_content(content.text)
    if content.html:
        html = _inliner.inline(content.html) if "<style" in content.html else content.html
        message.add_alternative(html, subtype="html")
    if content.invitation is not None:
        _add_invitation(message, content.invitation)
    # A long value is folded right after the header name, and some mail programs then show no subject. Lines may have
    # 998 characters.
    head, between, body = message.as_bytes().partition(b"\r\n\r\n")
    head = _FOLDED_AFTER_NAME.sub(rb"\1: ", head) + _unsubscribe_lines(headers.unsubscribe_url)
    return Message(head + between + body, str(message["Message-ID"]))


def _add_invitation(message: EmailMessage, invitation: CalendarPart) -> None:
    """Add an invitation twice: Gmail and Outlook read the alternative, other programs open the file."""
    message.add_alternative(invitation.ical.decode(), subtype="calendar", params={"method": invitation.method})
    message.add_attachment(invitation.ical, maintype="application", subtype="ics", filename="invite.ics")


def change_recipient(mime: bytes, old: str, new: str) -> bytes:
    """Return a message with a name before the address of its recipient to another address."""
    return _TO.sub(lambda match: match[0].replace(f"<{old}>".encode(), f"<{new}>".encode()), mime, count=1)


def _unsubscribe_lines(url: str) -> bytes:
    """Return the headers that let mail programs unsubscribe. The library would encode a long URL, which none reads."""
    if not url:
        return b""
    line = f"\r\nList-Unsubscribe: <{one_line(url)}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click"
    return line.encode("ascii")


def link_to(path: str) -> str:
    """Return the full URL of a path for emails: from CRM_BASE_URL, never from a request."""
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


def render_mail(kind: str, locale: str, **context: Any) -> RenderedMail:
    """Render templates/email/<kind>/ in a language; a missing value raises UndefinedError."""
    environment = _environment()
    variables = {"center": current_app.config.get("CRM_CENTER_NAME", ""), "lang": locale.replace("_", "-"), **context}
    with force_locale(locale) if "babel" in current_app.extensions else nullcontext():
        parts = (environment.get_template(f"email/{kind}/{part}").render(variables) for part in _TEMPLATE_PARTS)
        subject, text, html = parts
    return RenderedMail(one_line(subject), text, html)
