"""What the lines of a business card are: name, title, organization, phones, addresses. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from crm.imports.readers.people import ParsedPerson, build_person
from crm.imports.readers.rows import Cell, RowCells
from crm.imports.readers.targets import FieldTarget
from crm.imports.readers.values import HAN, has_han
from crm.interactions.signature import ORGANIZATION, PHONE, TITLE, WECHAT

MAX_LINES = 60
MAX_LINE_CHARS = 200
MAX_DIGITS = 15
"""Of an international number (ITU-T E.164)."""
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
SITE = re.compile(
    r"(?:https?://|www\.)[\w./-]+|\b[\w-]+\.(?:com|cn|org|net|gov|edu|hk|tw)(?:\.[a-z]{2})?\b", re.IGNORECASE
)
FAX = re.compile(r"\bf(?:ax)?\b|传真|傳真", re.IGNORECASE)
MOBILE = re.compile(r"\b(?:mobile|mob|cell|m)\b|手机|手機|移动", re.IGNORECASE)
CHINESE_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
ADDRESS = re.compile(
    r"\b(?:road|rd|street|st|avenue|ave|blvd|lane|floor|fl|suite|room|rm|building|district|p\.?o\.? box|zip|address)\b"
    r"|地址|[省市区县區縣镇鎮路街道巷].*\d|\d+\s*[号號楼樓室层層]",
    re.IGNORECASE,
)
LABEL = re.compile(
    r"^\s*(?:e-?mail|mail|tel|phone|mobile|mob|cell|fax|web(?:site)?|wechat|address|add|zip|邮箱|郵箱|电话|電話|手机|手機|传真|傳真"
    r"|网址|網址|地址|邮编|郵編|微信)\s*[:：.]?\s*",
    re.IGNORECASE,
)
# Between two scripts: 王小明 Wang Xiaoming, 总经理 / General Manager.
BETWEEN_SCRIPTS = re.compile(
    rf"(?<={HAN.pattern})[\s/|·•,，]+(?=[A-Za-z])|(?<=[A-Za-z.)])[\s/|·•,，]+(?={HAN.pattern})"
)
BOUND = re.compile(r"\s*[|｜•]\s*|\s{3,}|\t+")
LATIN_NAME = re.compile(r"(?:(?:Mr|Ms|Mrs|Dr)\.?\s+)?[A-ZÀ-Þ][\w'’.-]*(?:\s+[A-ZÀ-Þ(][\w'’.)-]*){1,3}")
DEGREES = re.compile(
    r"(?:\s*,\s*(?:Ph\.?\s?D|M\.?B\.?A|P\.?\s?E|M\.?S|M\.?A|M\.?D|J\.?D|LL\.?M|C\.?P\.?A|P\.?M\.?P|Esq|Jr|Sr)\.?)+$",
    re.IGNORECASE,
)


class CardLine(NamedTuple):
    """A line of a card with the height of its letters, in any unit; names are the largest."""

    text: str
    height: float = 1.0


def read_lines(lines: Sequence[CardLine]) -> ParsedPerson:
    """Return the person on a card; `problems` say what can't be used."""
    parts = [part for line in lines[:MAX_LINES] for part in _split(line)]
    cells: list[Cell] = []
    rest: list[CardLine] = []
    for part in parts:
        contacts = list(_contact_cells(part.text))
        cells += contacts
        if not contacts:
            rest.append(part)
    texts, name_parts = _text_cells(rest)
    cells += texts + list(_name_cells(name_parts))
    return build_person(RowCells(1, _number_repeated(cells)))


def _split(line: CardLine) -> Iterator[CardLine]:
    text = " ".join(line.text[:MAX_LINE_CHARS].replace("\t", "   ").split(" ")).strip()
    for piece in BOUND.split(text):
        for part in BETWEEN_SCRIPTS.split(piece):
            if part.strip(" ,，;；:：-"):
                yield CardLine(part.strip(" ,，;；-"), line.height)


def _contact_cells(text: str) -> Iterator[Cell]:
    """Yield the email addresses, phones, WeChat name and website in a text."""
    for email in EMAIL.findall(text):
        yield FieldTarget("email", "work"), "email", email
    text = EMAIL.sub(" ", text)
    if wechat := WECHAT.search(text):
        yield FieldTarget("wechat"), "wechat", wechat["id"]
        text = text.replace(wechat[0], " ")
    if site := SITE.search(text):
        yield FieldTarget("website"), "website", site[0]
        return
    if ADDRESS.search(text) and not LABEL.match(text):
        return
    for match in PHONE.finditer(text):
        digits = re.sub(r"\D", "", match["number"])
        if 7 <= len(digits) <= MAX_DIGITS:
            yield FieldTarget("phone", _phone_label(text[: match.end()], digits)), "phone", match["number"].strip()


def _phone_label(text: str, digits: str) -> str:
    if FAX.search(text):
        return "fax"
    return "mobile" if CHINESE_MOBILE.fullmatch(digits) or MOBILE.search(text) else "work"


def _text_cells(parts: Sequence[CardLine]) -> tuple[list[Cell], list[CardLine]]:
    """Return organizations, titles and addresses as cells, and what may be a name."""
    cells: list[Cell] = []
    rest: list[CardLine] = []
    for part in parts:
        field = _field_of(part.text)
        if field is None:
            rest.append(part)
        elif field == "street":
            script = "address_native" if has_han(part.text) else "address_latin"
            cells.append((FieldTarget(script), "address", LABEL.sub("", part.text)))
        elif all(target.field != _script_field(field, part.text) for target, _heading, _text in cells):
            cells.append((FieldTarget(_script_field(field, part.text)), field, part.text))
    return cells, rest


def _script_field(field: str, text: str) -> str:
    return f"{field}_native" if has_han(text) else field


def _field_of(text: str) -> str | None:
    if ADDRESS.search(text):
        return "street"
    # Cards often have names in capitals.
    if ORGANIZATION.search(text) or ORGANIZATION.search(text.title()):
        return "organization"
    return "title" if TITLE.search(text) else None


def _name_cells(parts: Iterable[CardLine]) -> Iterator[Cell]:
    """Yield the largest Chinese and the largest Latin name."""
    by_size = sorted(parts, key=lambda part: -part.height)
    native = next((part.text for part in by_size if _is_native_name(part.text)), "")
    latin_texts = (DEGREES.sub("", part.text) for part in by_size)
    latin = next((text for text in latin_texts if LATIN_NAME.fullmatch(text)), "")
    if native:
        yield FieldTarget("full_name"), "name", "".join(native.split())
    if latin:
        yield FieldTarget("full_latin" if native else "full_name"), "name", latin


def _is_native_name(text: str) -> bool:
    compact = "".join(text.split())
    return 2 <= len(compact) <= 4 and all(HAN.fullmatch(char) for char in compact)


def _number_repeated(cells: Sequence[Cell]) -> list[Cell]:
    """Give each repeated cell a group of its own."""
    return [
        (target._replace(group=target.group or str(i)) if target.may_repeat else target, heading, text)
        for i, (target, heading, text) in enumerate(cells)
    ]
