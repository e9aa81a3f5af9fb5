"""Turn an incoming email into the data of the log form, with the reader of pasted emails."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from flask import current_app

from crm.core.policy import Actor
from crm.interactions.lookup import staff_addresses
from crm.interactions.mail_addresses import Correspondent
from crm.interactions.mail_proposal import propose_from_email
from crm.interactions.paste import PastedMail, is_ours, parse_pasted_email
from crm.interactions.proposal import FormProposal

from .message import IncomingMail


def propose(actor: Actor, mail: IncomingMail) -> FormProposal:
    """Return the form data of a filed email: of the forwarded one if it has one, else of itself (a copy by BCC)."""
    own_addresses = staff_addresses(current_app.config["CRM_MAIL_FROM"])
    return propose_from_email(actor, read_filed(mail, own_addresses), own_addresses | set(_inbox_addresses(mail)))


def read_filed(mail: IncomingMail, own_addresses: Collection[str]) -> PastedMail:
    """Return the email that is filed. What its sender wrote above a forwarded one comes first in its text."""
    own = {*own_addresses, *_inbox_addresses(mail)}
    itself = parse_pasted_email(_as_text(mail), own_addresses=own)
    if not all(is_ours(each, own) for each in (*itself.to, *itself.cc)):
        return itself
    forwarded = parse_pasted_email(mail.text, own_addresses=own)
    if not _is_forwarded_by_hand(mail, itself, forwarded, own):
        return itself
    if not (forwarded.from_address or forwarded.from_name):
        return _read_attached(mail, own) or itself
    body = "\n\n".join(part for part in (forwarded.preface, forwarded.body) if part)
    return replace(forwarded, body=body, subject=forwarded.subject or itself.subject)


def _read_attached(mail: IncomingMail, own: Collection[str]) -> PastedMail | None:
    """Return the email that is forwarded as a file, with what its sender wrote about it; None without one."""
    if mail.attached is None:
        return None
    attached = parse_pasted_email(_as_text(mail.attached), own_addresses=own)
    return replace(attached, body="\n\n".join(part for part in (mail.text.strip(), attached.body) if part))


def _is_forwarded_by_hand(mail: IncomingMail, itself: PastedMail, forwarded: PastedMail, own: Collection[str]) -> bool:
    """Return whether a user forwarded an email to us alone, perhaps from a private address.

    An email of someone else that a rule of a mailbox passes on is no forwarded one: its own header counts, whatever is
    quoted below its text.
    """
    recipients, inbox = {each.address for each in (*itself.to, *itself.cc)}, set(_inbox_addresses(mail))
    if is_ours(mail.sender, own) or recipients <= inbox:
        return True
    return not recipients.isdisjoint(inbox) and _has_forwarded_header(forwarded, mail.sender, own)


def _has_forwarded_header(forwarded: PastedMail, sender: Correspondent, own: Collection[str]) -> bool:
    """Return whether a text has the header of another email, and not that of ours which its sender answers."""
    if not forwarded.from_address or not (forwarded.to or forwarded.subject):
        return False
    recipients = {each.address for each in (*forwarded.to, *forwarded.cc)}
    is_from_us = is_ours(Correspondent(forwarded.from_name, forwarded.from_address), own)
    return not is_from_us or (bool(recipients) and sender.address not in recipients)


def _inbox_addresses(mail: IncomingMail) -> list[str]:
    """Return the addresses of our mailbox among the recipients, with what follows the plus sign."""
    name, _sign, domain = current_app.config["CRM_INBOX_ADDRESS"].lower().partition("@")
    return [a for a in mail.recipients if a == f"{name}@{domain}" or (a.startswith(f"{name}+") and a.endswith(domain))]


def _as_text(mail: IncomingMail) -> str:
    """Return the email as it looks when pasted."""
    lines = [
        f"From: {mail.sender.name} <{mail.sender.address}>",
        f"Date: {mail.date}",
        f"To: {mail.to}",
        f"Cc: {mail.cc}",
        f"Subject: {mail.subject}",
    ]
    return "\n".join(line for line in lines if not line.endswith(": ")) + "\n\n" + mail.text
