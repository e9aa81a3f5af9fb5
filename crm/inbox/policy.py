"""What an incoming email is, and how many are accepted. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from crm.core.policy import RULES, Actor, Rule, is_signed_in, may_see
from crm.core.words import LabeledEnum, _l

MAX_MESSAGE_MB = 25
"""Larger emails are not fetched; they stay in the mailbox."""
MAX_A_RUN = 200
"""Messages handled by one run of the job; the others follow in the next runs."""
MAX_FROM_SENDER = 60
"""Messages of one sender within an hour; later ones are only recorded and stay in the mailbox."""
MAX_TEXT_CHARS = 100_000
MAX_FILES = 20


class InboxOutcome(LabeledEnum):
    """What became of an incoming email."""

    answered = "answered", _l("Reminder answered")
    filed = "filed", _l("Logged")
    waiting = "waiting", _l("To review")
    discarded = "discarded", _l("Discarded")
    bounced = "bounced", _l("Delivery failed")
    automatic = "automatic", _l("Automatic reply")
    own = "own", _l("Sent by Causeway")
    refused = "refused", _l("Unknown reply address")
    duplicate = "duplicate", _l("Already received")
    too_large = "too_large", _l("Too large")
    too_many = "too_many", _l("Too many from one sender")
    unreadable = "unreadable", _l("Not readable")
    failed = "failed", _l("Not processed because of an error")


_PRODUCTS = (
    r"系统|系統|软件|軟體|机器人|機器人|设备|設備|装置|裝置|平台|程序|程式|功能|服务|服務|方案|产品|產品|器|机|機|阀|閥"
)
_AUTO_END = r"\W*$|\s*[:：()（）|,，.。!！;；]|\s*[-–—]+\s|\s+(?:re|from)\b"
_AUTO_SUBJECT = re.compile(
    # Clients sell automatic reply systems, and colleagues travel (外出): such words alone are no sign.
    r"(?:\[(?:外部|external|ext)\]\s*|【外部】\s*)?(?:"
    # In brackets, “[auto reply] button samples” may be a product as well: there the hyphen is the sign.
    r"(?:re:\s*)?[\[【](?:auto-?(?:reply|response)|automatic[- ](?:reply|response))\s*[\]】]|[\[【(（〔「]?\s*(?:"
    rf"auto(?:matic)?[- ]?(?:reply|response)(?={_AUTO_END})"
    r"|auto(?:matic)?[- ]?reply\s+to\b|out of (?:the )?office|respuesta automática"
    rf"|(?:(?:外出(?:时的)?|休假|出差|度假|来自.{{1,20}}的)?自动(?:回复|答复|回信|应答)|自動(?:回覆|回復|回應|答覆|應答))(?!{_PRODUCTS})"
    r"|外出(?:中|通知)?(?=\s*[:：]|\W*$)|不在(?:办公室|辦公室)))",
    re.IGNORECASE,
)
_BULK = frozenset({"bulk", "auto_reply", "junk"})
_AUTO_HEADERS = ("x-autoreply", "x-autorespond", "x-auto-response-suppress-reply")
_MAILERS = ("mailer-daemon", "postmaster", "mail-daemon")


def is_automatic(headers: Mapping[str, str], subject: str) -> bool:
    """Return whether a program wrote the email (RFC 3834 and what programs do besides): nobody gets an answer to it."""
    auto = headers.get("auto-submitted", "").strip().lower()
    if auto and not auto.startswith("no"):
        return True
    if headers.get("precedence", "").strip().lower() in _BULK or any(name in headers for name in _AUTO_HEADERS):
        return True
    if headers.get("return-path", "").strip() == "<>":
        return True
    return bool(_AUTO_SUBJECT.match(subject.strip()))


def is_delivery_report(content_type: str, report_type: str, from_address: str) -> bool:
    """Return whether the email reports on the delivery of another one."""
    is_report = content_type == "multipart/report" and report_type.lower() == "delivery-status"
    return is_report or from_address.partition("@")[0].lower() in _MAILERS


class FailedRecipient(NamedTuple):
    """An address to which an email could not be delivered for good, and the server's reason."""

    address: str
    reason: str


def is_permanent(action: str, status: str) -> bool:
    """Return whether a delivery status is final: failed with a code 5.x.x, but not a full mailbox (5.2.2).

    A comment may follow the code.
    """
    code = status.strip().partition(" ")[0]
    return action.strip().lower() == "failed" and code.startswith("5.") and code != "5.2.2"


def may_handle(actor: Actor, user_id: int | None) -> bool:
    """Return whether the actor sees and handles an email of a user: the own ones; those of nobody managers."""
    return user_id == actor.id if user_id is not None else actor.is_manager


RULES["inbox:see"] = Rule(
    is_signed_in, may_see, "View and log one's own incoming email; managers: also that of unknown senders."
)
