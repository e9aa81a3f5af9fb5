"""Reads a mail pasted as text: who, to whom, when, about what, and what they wrote without the history below.

Headers in English and Chinese (simplified, traditional) as Outlook, Gmail, QQ and 163 show them, "On ... wrote:" lines,
and raw mails. Only proposes: the person pasting confirms.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from email import message_from_string
from email import policy as mail_policy
from email.message import EmailMessage
from html.parser import HTMLParser

from crm.core.words import Word, _l

from .mail_addresses import Address, decoded, read_addresses
from .mail_dates import read_date

_SIMPLIFIED, _TRADITIONAL = "Asia/Shanghai", "Asia/Taipei"
# Label: the field, and the zone of those whose mail program writes it so.
_LABELS: dict[str, tuple[str, str | None]] = {
    **dict.fromkeys(("from", "de"), ("from", None)),
    **dict.fromkeys(("sent", "date", "enviado", "enviado el", "fecha"), ("sent", None)),
    **dict.fromkeys(("to", "para"), ("to", None)),
    **dict.fromkeys(("cc", "抄送", "抄送人"), ("cc", None)),
    **dict.fromkeys(("subject", "asunto"), ("subject", None)),
    **dict.fromkeys(("bcc", "reply-to", "importance", "attachments"), ("other", None)),
    **dict.fromkeys(("密送", "附件", "重要性", "优先级"), ("other", None)),
    **dict.fromkeys(("发件人", "发信人"), ("from", _SIMPLIFIED)),
    **dict.fromkeys(("发送时间", "发送日期", "发件时间", "日期", "时间"), ("sent", _SIMPLIFIED)),
    **dict.fromkeys(("收件人", "收信人"), ("to", _SIMPLIFIED)),
    **dict.fromkeys(("主题", "标题"), ("subject", _SIMPLIFIED)),
    **dict.fromkeys(("寄件者", "寄件人", "發件人"), ("from", _TRADITIONAL)),
    **dict.fromkeys(("寄件日期", "傳送時間", "傳送日期", "發送時間", "寄件時間"), ("sent", _TRADITIONAL)),
    **dict.fromkeys(("收件者",), ("to", _TRADITIONAL)),
    **dict.fromkeys(("副本", "副本抄送", "副本收件者"), ("cc", _TRADITIONAL)),
    **dict.fromkeys(("主旨", "主題"), ("subject", _TRADITIONAL)),
}
_HEADER = re.compile(
    r"^[>*\s]*(?P<label>[A-Za-z][A-Za-z -]{1,14}|[一-鿿][一-鿿\s]{1,8})\s*\*?[:：]\*?\s*(?P<value>.*)$"
)
_RAW = re.compile(
    r"^(?:Received|Return-Path|Delivered-To|MIME-Version|Message-ID|DKIM-Signature|X-[\w-]+|Content-Type):",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"^\s*(?:[-_=—]{3,}\s*(?:original message|original|forwarded message|begin forwarded message"
    r"|原始邮件|原始郵件|原邮件|转发的?邮件|轉寄的?郵件|回复的原邮件)?\s*[-_=—]{0,40}"
    r"|begin forwarded message[:：])\s*$",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"^[>\s]*(?:(?:on|el)\s.{6,200}?(?:wrote|escribió)|(?:在|于)?.{6,200}?(?:写道|寫道))\s*[:：]?\s*$", re.IGNORECASE
)


class Direction(Word):
    """Which way a mail went."""

    received = "received", _l("Received")
    sent = "sent", _l("Sent")
    unknown = "unknown", _l("Not known")


@dataclass(frozen=True)
class PastedMail:
    """A mail as read. `sent_at` is aware when its offset was told; else wall time in `zone_guess` (None: the reader's).

    `quoted` is the history below the text, `preface` what stood above the headers; neither is part of `body`.
    """

    from_name: str = ""
    from_address: str = ""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    sent_at: datetime | None = None
    zone_guess: str | None = None
    subject: str = ""
    body: str = ""
    quoted: str = ""
    preface: str = ""
    direction: Direction = Direction.unknown


def read_mail(text: str, *, ours: Collection[str] = ()) -> PastedMail:
    """Read a pasted mail. `ours`: our own addresses and domains ("@center.example"), to tell the direction."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\ufeff", "")
    if any(_RAW.match(line) for line in text.lstrip().split("\n\n", 1)[0].split("\n")):
        return _read_raw(text.lstrip(), ours)
    lines = text.split("\n")
    start = next((at for at in range(len(lines)) if _is_head(lines, at)), None)
    return _read_wrote(lines, ours) if start is None else _read_pasted(lines, start, ours)


def _header(line: str) -> tuple[str, str, str | None] | None:
    """Field, value and zone of a header line; None for any other line."""
    found = _HEADER.match(line)
    label = re.sub(r"\s+", " " if found["label"][0].isascii() else "", found["label"]).strip().lower() if found else ""
    if not found or label not in _LABELS:
        return None
    field, zone = _LABELS[label]
    return field, found["value"].strip(), zone


def _is_head(lines: list[str], at: int) -> bool:
    """Whether a block of headers begins here: one, and another kind within the next lines."""
    first = _header(lines[at])
    if not first or first[0] == "other":
        return False
    near = {header[0] for line in lines[at : at + 6] if (header := _header(line))}
    return "from" in near and len(near - {"other"}) >= 2


def _read_pasted(lines: list[str], start: int, ours: Collection[str]) -> PastedMail:
    """A mail whose headers stand as lines above its text."""
    fields: dict[str, str] = {}
    zone: str | None = None
    last, at = "", start
    while at < len(lines):
        header = _header(lines[at])
        if header and header[0] not in fields:
            last, fields[header[0]], zone = header[0], header[1], zone or header[2]
        elif not header and last in ("to", "cc") and "@" in lines[at] and not fields[last].endswith(("。", ".")):
            fields[last] += " " + lines[at].strip()
        elif header or lines[at].strip() or len(fields) >= 3:
            break
        at += 1
    preface = "\n".join(line for line in lines[:start] if not _RULE.match(line)).strip()
    return _mail(fields, zone, _body(lines[at:]), preface, ours)


def _read_wrote(lines: list[str], ours: Collection[str]) -> PastedMail:
    """A mail that begins with "On ... wrote:", or a text with no headers at all."""
    start = next((at for at, line in enumerate(lines) if line.strip()), 0)
    intro, after = _wrote(lines, start)
    if not intro:
        return _mail({}, None, _body(lines), "", ours)
    who = re.search(r"[^,，>\d]*?[\"“]?[^\s,，<]*[\"”]?\s*[<\[][^<>\[\]]+@[^<>\[\]]+[>\]]", intro)
    name = re.sub(r"^.*?(?:[AP]M|\d{1,2}:\d{2}(?::\d{2})?|[，,])\s*", "", who.group().strip()) if who else ""
    zone = _SIMPLIFIED if "写道" in intro else _TRADITIONAL if "寫道" in intro else None
    unquoted = [re.sub(r"^\s*>\s?", "", line) for line in lines[after:]]
    return _mail({"from": name, "sent": intro}, zone, _body(unquoted), "", ours)


def _wrote(lines: list[str], at: int) -> tuple[str, int]:
    """The line "On ... wrote:" that begins here, which may run over two or three, and the line after it."""
    for count in (1, 2, 3):
        joined = " ".join(line.strip() for line in lines[at : at + count])
        if not re.search(r"[\d@]", lines[at]) or not all(line.strip() for line in lines[at : at + count]):
            break
        if _WROTE.match(joined) and ("@" in joined or read_date(joined)):
            return joined, at + count
    return "", at


def _body(lines: list[str]) -> tuple[str, str]:
    """The text, and the history quoted below it."""
    for at, line in enumerate(lines):
        begins = _is_head(lines, at) or _wrote(lines, at)[0] or (_RULE.match(line) and _quotes(lines, at + 1))
        if begins or (line.startswith(">") and all(each.startswith(">") or not each.strip() for each in lines[at:])):
            return "\n".join(lines[:at]).strip(), "\n".join(lines[at:]).strip()
    return "\n".join(lines).strip(), ""


def _quotes(lines: list[str], at: int) -> bool:
    """Whether history follows a rule: it names itself, or headers come within two lines."""
    named = re.search(r"[a-z一-鿿]", lines[at - 1], re.IGNORECASE) is not None
    return named or any(_is_head(lines, each) for each in range(at, min(at + 2, len(lines))))


def _mail(
    fields: dict[str, str], zone: str | None, body: tuple[str, str], preface: str, ours: Collection[str]
) -> PastedMail:
    sender = next(iter(read_addresses(fields.get("from", ""))), Address("", ""))
    sent_at = read_date(fields.get("sent", ""))
    to, cc = read_addresses(fields.get("to", "")), read_addresses(fields.get("cc", ""))
    return PastedMail(
        from_name=sender.name,
        from_address=sender.address,
        to=to,
        cc=cc,
        sent_at=sent_at,
        zone_guess=zone if sent_at and sent_at.tzinfo is None else None,
        subject=decoded(fields.get("subject", "")).strip(),
        body=body[0],
        quoted=body[1],
        preface=preface,
        direction=_direction(sender, (*to, *cc), ours),
    )


def _direction(sender: Address, readers: tuple[Address, ...], ours: Collection[str]) -> Direction:
    if _is_ours(sender, ours):
        return Direction.sent
    others = any(_is_ours(reader, ours) for reader in readers)
    return Direction.received if others or (ours and sender.address) else Direction.unknown


def _is_ours(who: Address, ours: Collection[str]) -> bool:
    known = {each.lower() for each in ours}
    return bool(who.address) and (who.address in known or "@" + who.address.partition("@")[2] in known)


def _read_raw(text: str, ours: Collection[str]) -> PastedMail:
    """A mail as it travels, headers and all."""
    message = message_from_string(text, _class=EmailMessage, policy=mail_policy.default)
    names = {"from": "From", "sent": "Date", "to": "To", "cc": "Cc", "subject": "Subject"}
    fields = {field: str(message.get(name, "")) for field, name in names.items()}
    return _mail(fields, None, _body(_text_of(message).split("\n")), "", ours)


def _text_of(message: EmailMessage) -> str:
    """The text part of a raw mail; of one with HTML alone, its words."""
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        content = str(part.get_content())
    except (LookupError, UnicodeError, KeyError):
        content = str(part.get_payload())
    if part.get_content_type() != "text/html":
        return content
    words = _Words()
    words.feed(content)
    return re.sub(r"\n{3,}", "\n\n", "".join(words.found)).strip()


class _Words(HTMLParser):
    """The words of an HTML mail, a line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style", "head")
        self.found += ["\n"] if tag in ("br", "p", "div", "tr", "li", "h1", "h2") else []

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style", "head")

    def handle_data(self, data: str) -> None:
        self.found += [] if self.hidden > 0 else [data]
