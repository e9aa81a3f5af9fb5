"""The contact person of a lead: "Contact: Li Ming, Procurement Director, +86 574 8888", 联系人：李明，采购部经理."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from crm.interactions.signature import ORGANIZATION, TITLE
from crm.names.surnames import is_family

from .facts import LeadContact
from .labels import FIELDS
from .text import Paragraph, read_label

CONTACT_PARTIES = {"contact": "", "owner_contact": "owner", "prime_contact": "prime"}
"""The labels of a contact person -> the party that the label names, "" for the one in the line before."""
MAX_DETAIL_LINES = 4
MAX_TITLE_CHARS = 80
MIN_DIGITS, MAX_DIGITS = 7, 15
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII)
_PHONE = re.compile(r"\+?\(?\d[\d() .–-]{5,18}\d")
_PART = re.compile(r"[^,、;:|/()<>\[\]，；（）]+")
_BREAK = re.compile(r"(?<=\s)(?:[-–—&]|and|or)(?=\s)")
_TAIL = re.compile(r"\s(?:at|on|via|by|tel|phone|mobile|cell|e-?mail|电话|手机|邮箱)\.?$", re.IGNORECASE)
_WORD = r"[A-ZÀ-Þ][\w'’.-]{0,30}"
_HAN = r"[\u3400-\u9fff]"
_JOB = r"副?总?经理|总监|主任|工程师|总裁|董事长|[处科局部厂院]长|专员|代表|主管|秘书|助理|[部处科]"
_HAN_TITLE = rf"(?:{_HAN}{{2,8}}?)?(?:{_JOB})"
_NAME = re.compile(
    rf"(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? )?(?P<latin>{_WORD}(?: {_WORD}){{1,3}})?"
    rf" ?(?P<han>{_HAN}{{2,4}}?(?:·{_HAN}{{1,12}})?)?(?:先生|女士|小姐)?(?: ?(?P<title>{_HAN_TITLE}))?"
)
_NO_LATIN_NAME = re.compile(r"\b(?:department|dept|team|office|division|section|desk|hotline)\b", re.IGNORECASE)
_NO_HAN_NAME = re.compile(r"(?:[总工部处室办]|先生|女士|小姐|附件|如下)$")


def find_contact(paragraphs: list[Paragraph]) -> LeadContact | None:
    """Return the person of the first labeled line that names one, with the details of the lines after it."""
    party = ""
    for index, paragraph in enumerate(paragraphs):
        field, value = read_label(paragraph, FIELDS)
        if field in ("owner", "prime"):
            party = field
        contact = _read(value) if field in CONTACT_PARTIES else None
        if contact is not None:
            details = paragraphs[index + 1 : index + 1 + MAX_DETAIL_LINES]
            return _add_details(replace(contact, party=CONTACT_PARTIES[field] or party), details)
    return None


def _read(value: Paragraph) -> LeadContact | None:
    """Return a person with what follows the name; None if the line doesn't begin with the name of a person."""
    email, phone = _find_email(value.plain), _find_phone(value.plain)
    plain = _BREAK.sub(lambda match: "," * len(match[0]), value.plain)
    for text in filter(None, (email, phone)):
        plain = plain.replace(text, "," * len(text), 1)
    parts = list(_split(value, plain))
    name, title = _read_name(parts[0]) if parts else ("", "")
    if not name:
        return None
    native = _read_name(parts[1])[0] if len(parts) > 1 else ""
    if name.isascii() and not native.isascii():
        name = f"{name} {native}"
    titles = [part.text for part in parts[1:] if TITLE.search(part.plain)]
    return LeadContact(name, (title or next(iter(titles), ""))[:MAX_TITLE_CHARS], phone, email)


def _split(value: Paragraph, plain: str) -> Iterator[Paragraph]:
    """Yield the parts of a line between commas, slashes and brackets of `plain`, which is as long as the line."""
    for match in _PART.finditer(plain):
        if part := value.cut(match.start(), match.start() + len(_TAIL.sub("", match[0].rstrip()))):
            yield Paragraph.of(part)


def _read_name(part: Paragraph) -> tuple[str, str]:
    """Return the name of a person as written and a title after it; "" and "" for other texts."""
    match = _NAME.fullmatch(part.plain)
    if match is None:
        return "", ""
    latin, han = match["latin"] or "", match["han"] or ""
    if latin and (TITLE.search(latin) or ORGANIZATION.search(latin) or _NO_LATIN_NAME.search(latin)):
        return "", ""
    is_name = any(is_family(han[:size]) for size in (1, 2)) and not (_NO_HAN_NAME.search(han) or TITLE.search(han))
    if han and not is_name and "·" not in han:
        return "", ""
    names = [part.cut(*match.span(group)) for group in ("latin", "han") if match[group]]
    return " ".join(names), part.cut(*match.span("title")) if match["title"] and names else ""


def _add_details(contact: LeadContact, paragraphs: list[Paragraph]) -> LeadContact:
    """Add the title, phone and email of the lines after a contact, up to the first line about something else."""
    for paragraph in paragraphs:
        field, value = read_label(paragraph, FIELDS)
        if not field.startswith("detail_"):
            break
        contact = replace(
            contact,
            title=contact.title or (value.text[:MAX_TITLE_CHARS] if field == "detail_title" else ""),
            phone=contact.phone or _find_phone(value.plain),
            email=contact.email or _find_email(value.plain),
        )
    return contact


def _find_email(plain: str) -> str:
    match = _EMAIL.search(plain)
    return match[0] if match else ""


def _find_phone(plain: str) -> str:
    numbers = (match[0] for match in _PHONE.finditer(plain))
    return next((n for n in numbers if MIN_DIGITS <= sum(map(str.isdigit, n)) <= MAX_DIGITS), "")
