"""Values of cells: lists, email addresses, phone numbers, labels, web addresses, minutes."""

from __future__ import annotations

import re
import unicodedata
from email.utils import getaddresses
from functools import lru_cache
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES

from crm.core.texts import split_entries
from crm.core.words import _l
from crm.imports.readers.errors import BadCell
from crm.imports.readers.limits import MAX_DATE

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_MORE_PHONES = re.compile(r"(?<=\d)\s*+[/,、，|]\s*+(?=[+(]?\d[\d() -]{6})")
_SLASH_BETWEEN = re.compile(r"(@[\w.-]+)\s*+[/|]\s*+(?=[^\s@/|]+@)")
#: What is in brackets with an @, and other words with one. Each word is tried once.
_ADDRESS = re.compile(r"<([^<>@]*+@[^<>]*+)>|(?<![^\s,;|\"()<>])([^\s,;|\"()<>@]++@[^\s,;|/\"()<>]++)")
_SHORTENED = re.compile(r"\d(\.\d+)?[eE]\+\d+")
_UNIT = r" ?(?:m|min|mins|minutes?|分钟?)?"
_MINUTES = re.compile(
    rf"(?:(\d{{1,3}}) ?(?:h|hours?|hrs?|小时|:)) ?(?:(\d{{1,3}}){_UNIT})?|(\d{{1,4}}){_UNIT}", re.IGNORECASE
)
_LABELS = {
    "work": "work business office 工作 单位 公司 办公 商务 trabajo",
    "home": "home personal private 住宅 家庭 家 个人 casa",
    "mobile": "mobile cell cellular iphone 手机 移动 móvil",
    "fax": "fax workfax homefax 传真",
    "main": "main pref 主要 总机",
    "other": "other internet voice custom 其他",
}
_LABEL_OF = {word: label for label, words in _LABELS.items() for word in words.split()}
#: A mailbox that is its own normal form, whatever follows the @.
_PLAIN_MAILBOX = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
MAX_EMAIL_CHARS, MAX_PHONE_CHARS, MAX_URL_CHARS = 254, 60, 300
MAX_USER_CHARS = 254
"""The length of an email address or name of a user."""


class LabeledValue(NamedTuple):
    """A value with its label: work, home, mobile, fax, main, other, "" or the file's own word."""

    label: str
    value: str


def has_han(text: str) -> bool:
    """Return whether a text contains Chinese characters."""
    return HAN.search(text) is not None


def normalize_label(text: str) -> str:
    """Return the label as one of our codes, without Google's star, which marks the main one."""
    words = re.sub(r"[^\w ]", " ", text.replace("_$!<", "").replace(">!$_", "")).casefold().split()
    labels = (_LABEL_OF.get("".join(words)), *(_LABEL_OF.get(word) for word in words))
    return next((label for label in labels if label), " ".join(text.strip("* ").split())[:40])


def split_emails(text: str) -> list[str]:
    """Return the email addresses of a cell, unchecked: a list, "Name <address>", mailto links."""
    text = unicodedata.normalize("NFKC", text).replace("、", ",")
    if bracketed := _bracketed_addresses(text):
        return bracketed
    addresses: list[str] = []
    for part in split_entries(text):
        plain = re.sub(r"^mailto:", "", part, flags=re.IGNORECASE)
        if plain.count("@") < 2 and "<" not in plain:
            addresses.append(plain)
            continue
        plain = _SLASH_BETWEEN.sub(r"\1,", plain)
        addresses += _addresses_in(re.sub(r"(?<=\w)\s+(?=[^\s<]+@)", ",", plain))
    return addresses


def _bracketed_addresses(text: str) -> list[str]:
    """Return the addresses in brackets and beside them, each once; [] if one in brackets is not an address."""
    addresses: dict[str, str] = {}
    is_bracketed = False
    for match in _ADDRESS.finditer(_SLASH_BETWEEN.sub(r"\1,", text)) if "<" in text else ():
        address = re.sub(r"^mailto:", "", (match[1] or match[2]).strip(" '/"), flags=re.IGNORECASE)
        if match[1] and not is_email(address):
            return []
        is_bracketed = is_bracketed or bool(match[1])
        addresses.setdefault(address.casefold(), address)
    return list(addresses.values()) if is_bracketed else []


def _addresses_in(text: str) -> list[str]:
    try:
        addresses = [address for _name, address in getaddresses([text]) if address]
    except RecursionError:
        # Brackets in brackets by the hundred: no address.
        return [text]
    # Of "lina@@lotus.example", newer versions of Python read nothing, older ones a part, which nobody typed.
    is_unreadable = not addresses or any(address.startswith("@") for address in addresses)
    return [text] if is_unreadable else addresses


def read_email(text: str) -> str:
    """Return the email address in its normal form, without asking a server. Raises BadCell."""
    try:
        normal = _normal_mail(text.strip()[: MAX_EMAIL_CHARS + 1])
    except EmailNotValidError as wrong:
        raise BadCell(
            _l("“%(cell)s” isn't an email address. Use a format like name@example.org.", cell=text[:60])
        ) from wrong
    if "." not in normal.rpartition("@")[2] or len(normal) > MAX_EMAIL_CHARS:
        raise BadCell(_l("“%(cell)s” isn't an email address. Use a format like name@example.org.", cell=text[:60]))
    return normal


def is_email(text: str) -> bool:
    """Return whether a text is an email address."""
    try:
        read_email(text)
    except BadCell:
        return False
    return True


def _normal_mail(address: str) -> str:
    """Return the normal form. Checking is slow, so for a plain mailbox only the domain is checked, once."""
    mailbox, sign, domain = address.partition("@")
    plain = sign and len(address) <= MAX_EMAIL_CHARS and _PLAIN_MAILBOX.fullmatch(mailbox) and "@" not in domain
    if plain and domain.isascii() and mailbox.lower() not in CASE_INSENSITIVE_MAILBOX_NAMES:
        return f"{mailbox}@{_normal_domain(domain)}"
    return str(validate_email(address, check_deliverability=False, globally_deliverable=False).normalized)


@lru_cache(maxsize=4096)
def _normal_domain(domain: str) -> str:
    return str(validate_email(f"a@{domain}", check_deliverability=False, globally_deliverable=False).domain)


def split_phones(text: str) -> list[str]:
    """Return the phone numbers of a cell, as written."""
    return [phone.strip() for part in split_entries(text) for phone in _MORE_PHONES.split(part) if phone.strip()]


def read_phone(text: str) -> str:
    """Return a phone number as written, in plain digits. Raises BadCell, also if a spreadsheet shortened it."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if _SHORTENED.fullmatch(plain):
        raise BadCell(_l("Enter the full phone number. The spreadsheet shortened it to “%(cell)s”.", cell=plain[:60]))
    if len(plain) > MAX_PHONE_CHARS or sum(map(str.isdigit, plain)) < 3:
        raise BadCell(_l("“%(cell)s” isn't a phone number. Check the digits.", cell=plain[:60]))
    return plain


def read_site(text: str) -> str:
    """Return a web address with its scheme. Raises BadCell for other schemes, blanks and overlong ones."""
    plain = text.strip()
    site = plain if "://" in plain else f"https://{plain}"
    if len(site) > MAX_URL_CHARS or not re.fullmatch(r"https?://[^\s/@]+\.[^\s@]+", site, re.IGNORECASE):
        raise BadCell(_l("“%(cell)s” isn't a web address. Use a format like https://example.org.", cell=plain[:60]))
    return site


def read_minutes(text: str) -> int:
    """Read minutes: 20, 20 min, 1h 30, 1:30, 20分钟. Raises BadCell, also for more than a day."""
    match = _MINUTES.fullmatch(unicodedata.normalize("NFKC", text[:MAX_DATE]).strip())
    minutes = int(match[3] or 0) + 60 * int(match[1] or 0) + int(match[2] or 0) if match else -1
    if not 0 <= minutes <= 24 * 60:
        raise BadCell(_l("“%(cell)s” isn't a number of minutes. Use a number from 0 to 1440.", cell=text[:40]))
    return minutes
