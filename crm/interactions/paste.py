"""Parse an email pasted as text: sender, recipients, date, subject, and the text without the quoted history.

Headers in English and Chinese (simplified, traditional) as Outlook, Gmail, QQ and 163 show them, "On ... wrote:" lines,
the head of an email in the browser (mail_screen), and raw emails. The result only fills in the form.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from crm.core.deadline import check_time, time_limit
from crm.core.words import LabeledEnum, _l

from .mail_addresses import MAX_HEADER_CHARS, Correspondent, decode_header_text, parse_addresses
from .mail_dates import parse_mail_date
from .mail_headers import SIMPLIFIED, TRADITIONAL, is_row, read_header
from .mail_screen import find_screen_head
from .raw_mail import is_raw, read_raw

MAX_SECONDS = 5
_MARK = re.compile(r"^\s*>\s?")
_RULE = re.compile(
    r"^(?:[-_=—]{3,}+\s*+(?:original message|original|forwarded message|begin forwarded message"
    r"|forwarded by .{1,120}?|原始邮件|原始郵件|原邮件|转发的?邮件(?:信息)?|轉寄的?郵件|回复的原邮件)?\s*+[-_=—]{0,40}"
    r"|begin forwarded message[:：])$",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"^[>\s]*+(?:(?:on|el)\s.{6,200}?(?:wrote|escribió)|(?:在|于)?.{6,200}?(?:写道|寫道))\s*+[:：]?\s*+$", re.IGNORECASE
)


class Direction(LabeledEnum):
    received = "received", _l("Received")
    sent = "sent", _l("Sent")
    unknown = "unknown", _l("Unknown")


@dataclass(frozen=True)
class PastedMail:
    """A parsed email. `sent_at` is aware if it has an offset; else wall time in `zone_guess` (None: the reader's zone).

    `quoted` is the history below the text, `preface` the text above the headers; neither is part of `body`.
    """

    from_name: str = ""
    from_address: str = ""
    to: tuple[Correspondent, ...] = ()
    cc: tuple[Correspondent, ...] = ()
    sent_at: datetime | None = None
    zone_guess: str | None = None
    subject: str = ""
    body: str = ""
    quoted: str = ""
    preface: str = ""
    direction: Direction = Direction.unknown


def parse_pasted_email(text: str, *, own_addresses: Collection[str] = (), today: date | None = None) -> PastedMail:
    """Parse a pasted email. `own_addresses`: addresses and domains ("@center.example") that decide the direction.

    `today`: the user's day, to read an email copied from the browser; None: it isn't copied from there.
    Takes time linear in the length of the text. Raises Invalid for an email with too many nested parts, and
    TimeLimitExceeded after MAX_SECONDS.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\ufeff", "")
    with time_limit(MAX_SECONDS):
        if is_raw(text):
            fields, body = read_raw(text.lstrip())
            return _mail(fields, None, _body(body.split("\n")), "", own_addresses)
        lines = text.split("\n")
        start = next((index for index in range(len(lines)) if _is_head(lines, index)), None)
        if start is not None and _MARK.match(lines[start]):
            # Apple Mail marks each line of a forwarded email.
            lines[start:] = [_MARK.sub("", line) for line in lines[start:]]
        screen = find_screen_head(lines, start, today) if today else None
        if screen:
            return _mail(screen.fields, None, _body(lines[screen.end :]), "", own_addresses)
        return _read_wrote(lines, own_addresses) if start is None else _read_pasted(lines, start, own_addresses)


def _is_head(lines: list[str], index: int) -> bool:
    """Whether a header block begins here: a header line, and another one within the next five lines."""
    check_time()
    first = read_header(lines[index])
    if not first or first[0] == "other":
        return False
    in_table, near_lines = is_row(lines[index]), lines[index : index + 6]
    headers = [header for line in near_lines if is_row(line) == in_table and (header := read_header(line))]
    # A table in the text of an email may have rows From and Date, too: those of a journey.
    if in_table and not _is_below_separator(lines, index) and not any(h[0] == "from" and "@" in h[1] for h in headers):
        return False
    near = {header[0] for header in headers}
    return "from" in near and len(near - {"other"}) >= 2


def _is_below_separator(lines: list[str], index: int) -> bool:
    """Whether the line above, apart from a blank one, begins a quoted email: "---- 回复的原邮件 ----"."""
    above = [line.strip() for line in lines[max(index - 2, 0) : index] if line.strip()]
    return bool(above) and _RULE.match(above[-1]) is not None and any(map(str.isalpha, above[-1]))


def _read_pasted(lines: list[str], start: int, own_addresses: Collection[str]) -> PastedMail:
    """Parse an email with header lines above its text."""
    fields: dict[str, str] = {}
    zone: str | None = None
    last, index, in_table = "", start, is_row(lines[start])
    while index < len(lines):
        header = read_header(lines[index]) if is_row(lines[index]) == in_table else None
        if header and header[0] not in fields:
            last, fields[header[0]], zone = header[0], header[1], zone or header[2]
        elif not header and last in ("to", "cc") and "@" in lines[index] and not fields[last].endswith(("。", ".")):
            fields[last] = (fields[last] + " " + lines[index].strip())[:MAX_HEADER_CHARS]
        elif header or lines[index].strip() or len(fields) >= 3:
            break
        index += 1
    preface = "\n".join(line for line in lines[:start] if not _RULE.match(line.strip())).strip()
    return _mail(fields, zone, _body(lines[index:]), preface, own_addresses)


def _read_wrote(lines: list[str], own_addresses: Collection[str]) -> PastedMail:
    """Parse an email that begins with "On ... wrote:", or a text without headers."""
    start = next((index for index, line in enumerate(lines) if line.strip()), 0)
    intro, after = _find_attribution(lines, start)
    intro = intro[:MAX_HEADER_CHARS]
    if not intro:
        body, quoted = _body(lines)
        # Below a separator without headers, the text is all there is.
        return _mail({}, None, (body or quoted, quoted if body else ""), "", own_addresses)
    sender = re.search(r"[^,，>\d]*?[\"“]?[^\s,，<]*[\"”]?\s*[<\[][^<>\[\]]+@[^<>\[\]]+[>\]]", intro)
    name = re.sub(r"^.*?(?:[AP]M|\d{1,2}:\d{2}(?::\d{2})?|[，,])\s*", "", sender.group().strip()) if sender else ""
    zones = {"写道": SIMPLIFIED, "寫道": TRADITIONAL}
    zone = next((zone for verb, zone in zones.items() if verb in intro), None)
    unquoted = [_MARK.sub("", line) for line in lines[after:]]
    return _mail({"from": name, "sent": intro}, zone, _body(unquoted), "", own_addresses)


def _find_attribution(lines: list[str], index: int) -> tuple[str, int]:
    """Return the text "On ... wrote:" that begins here, up to three lines long, and the index of the line after it."""
    for count in (1, 2, 3):
        joined = " ".join(line.strip() for line in lines[index : index + count])
        if not re.search(r"[\d@]", lines[index]) or not all(line.strip() for line in lines[index : index + count]):
            break
        if _WROTE.match(joined) and ("@" in joined or parse_mail_date(joined)):
            return joined, index + count
    return "", index


def _body(lines: list[str]) -> tuple[str, str]:
    """Return the text and the quoted history below it."""
    quoted_from = _last_own_line(lines) + 1
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        begins = (
            _is_head(lines, index)
            or _find_attribution(lines, index)[0]
            or (_RULE.match(line.strip()) and _quotes(lines, index + 1))
        )
        if begins or (index >= quoted_from and line.startswith(">")):
            return "\n".join(lines[:index]).strip(), "\n".join(lines[index:]).strip()
    return "\n".join(lines).strip(), ""


def _last_own_line(lines: list[str]) -> int:
    """Return the index of the last line that is neither quoted nor blank; -1 if there is none."""
    own = (
        index for index in range(len(lines) - 1, -1, -1) if lines[index].strip() and not lines[index].startswith(">")
    )
    return next(own, -1)


def _quotes(lines: list[str], index: int) -> bool:
    """Whether quoted history follows a separator: it has words, or headers come within two lines."""
    names_itself = re.search(r"[a-z一-鿿]", lines[index - 1], re.IGNORECASE) is not None
    return names_itself or any(_is_head(lines, each) for each in range(index, min(index + 2, len(lines))))


def _mail(
    fields: dict[str, str], zone: str | None, body: tuple[str, str], preface: str, own_addresses: Collection[str]
) -> PastedMail:
    sender = next(iter(parse_addresses(fields.get("from", ""))), Correspondent("", ""))
    sent_at = parse_mail_date(fields.get("sent", ""))
    to, cc = parse_addresses(fields.get("to", "")), parse_addresses(fields.get("cc", ""))
    return PastedMail(
        from_name=sender.name,
        from_address=sender.address,
        to=to,
        cc=cc,
        sent_at=sent_at,
        zone_guess=zone if sent_at and sent_at.tzinfo is None else None,
        subject=decode_header_text(fields.get("subject", "")[:MAX_HEADER_CHARS]).strip(),
        body=body[0],
        quoted=body[1],
        preface=preface,
        direction=_direction(sender, (*to, *cc), own_addresses),
    )


def _direction(sender: Correspondent, readers: tuple[Correspondent, ...], own_addresses: Collection[str]) -> Direction:
    if is_ours(sender, own_addresses):
        return Direction.sent
    is_to_us = any(is_ours(reader, own_addresses) for reader in readers)
    return Direction.received if is_to_us or (own_addresses and sender.address) else Direction.unknown


def is_ours(correspondent: Correspondent, own_addresses: Collection[str]) -> bool:
    """Whether the address is one of `own_addresses` or of our domain."""
    own = {each.lower() for each in own_addresses}
    return bool(correspondent.address) and (
        correspondent.address in own or "@" + correspondent.address.partition("@")[2] in own
    )
