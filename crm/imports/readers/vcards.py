"""People from vCard files of all versions: two scripts by ALTID, phonetic names, WeChat, several cards per file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import vobject

from crm.core.i18n.formats import num
from crm.core.words import Lazy, _l
from crm.imports.readers.charset import Candidate, decode_bytes
from crm.imports.readers.errors import ReadError
from crm.imports.readers.kinds import FileKind, detect_file_kind
from crm.imports.readers.limits import MAX_CARDS
from crm.imports.readers.people import MAX_NAME_CHARS, ParsedPerson, build_person
from crm.imports.readers.person_names import ParsedName
from crm.imports.readers.rows import CellProblem, RowCells
from crm.imports.readers.vcard_cells import Contents, card_cells, is_full_name
from crm.imports.readers.vcard_repair import PARSE_ERRORS, quote, repair_lines
from crm.imports.readers.vcard_text import VCard, split_cards

#: Properties that are never imported, as the columns of the same meaning are not.
BLOCKED_PROPERTIES = frozenset(
    [
        "BDAY",
        "ANNIVERSARY",
        "GENDER",
        "DEATHDATE",
        "BIRTHPLACE",
        "X-ABDATE",
        "X-ABRELATEDNAMES",
        "X-SPOUSE",
        "X-ANNIVERSARY",
        "RELATED",
        "X-GENDER",
    ]
)
#: Properties that tell a group or a company: of version 4.0, Apple's for groups and for companies.
_KINDS = ("kind", "x-addressbookserver-kind", "x-abshowas")
_BARE_COMMA, _COMMA = re.compile(r"(?<!\\),"), r"\\,"


class ParsedCards(NamedTuple):
    """The people of a file, invalid cards as rows with errors; `ignored_properties` are never imported."""

    rows: tuple[ParsedPerson, ...]
    encoding: str
    is_certain: bool
    candidates: tuple[Candidate, ...]
    ignored_properties: tuple[str, ...]


def read_cards(data: bytes, encoding: str | None = None) -> ParsedCards:
    """Read all cards of a file; `encoding` is a user's choice for text without its own.

    Raises ReadError for other files and for too many cards. A row's `line` is the card's position.
    """
    if detect_file_kind(data) is not FileKind.VCARD:
        raise ReadError("no_vcard", _l("This file isn't a vCard."), _l("Choose a file that ends in .vcf."))
    whole = decode_bytes(data, encoding)
    if whole.encoding.startswith("utf-16"):
        data = whole.text.encode()
        encoding = None
    rows: list[ParsedPerson] = []
    ignored: set[str] = set()
    for card in split_cards(data.removeprefix(b"\xef\xbb\xbf"), encoding):
        if len(rows) >= MAX_CARDS:
            raise ReadError(
                "too_long",
                _l("The file has more than %(n)s vCards.", n=num(MAX_CARDS)),
                _l("Split the file into smaller files and import them one at a time."),
            )
        ignored |= {_name(head) for head, _value in card.lines} & BLOCKED_PROPERTIES
        rows.append(_row(card))
    return ParsedCards(tuple(rows), whole.encoding, whole.is_certain, whole.candidates, tuple(sorted(ignored)))


def _row(card: VCard) -> ParsedPerson:
    if card.error is not None:
        return _refuse_card(card, card.error)
    lines = _as_three(card)
    skipped: list[str] = []
    parsed = _parse(lines)
    if parsed is None:
        lines, skipped = repair_lines(lines)
        parsed = _parse(lines)
    if parsed is None:
        return _refuse_card(
            card,
            _l("Save the contact again as vCard 3.0. Its lines can't be read: %(lines)s", lines=quote(lines)),
        )
    if (why := _not_a_person(parsed.contents)) is not None:
        name = next((str(line.value) for line in parsed.contents.get("fn", ())), "")
        return _refuse_card(card, why, name.strip()[:MAX_NAME_CHARS])
    cells = RowCells(card.position, list(card_cells(parsed.contents)))
    if unread := [*skipped, *card.unread]:
        cells.add_problem("", _l("These lines were skipped because they can't be read: %(lines)s", lines=quote(unread)))
    return build_person(cells)


def _not_a_person(contents: Contents) -> Lazy | None:
    """Return why a card of a group or a company can't become a person; None for a person's card."""
    kinds = {line.value.strip().casefold() for name in _KINDS for line in contents.get(name, ())}
    if "group" in kinds:
        return _l("This vCard is a group of contacts, not a person.")
    if "org" not in kinds and any(is_full_name(line) for line in contents.get("n", ())):
        # Self-employed people have their own name as the company, and Apple's mark of a company.
        return None
    names = [" ".join(str(line.value).split()) for name in ("n", "fn") for line in contents.get(name, ())]
    companies = {" ".join(str(line.value[0]).split()) for line in contents.get("org", ()) if line.value}
    if kinds & {"org", "company"} or (companies and set(filter(None, names)) <= companies):
        return _l("This vCard is about an organization, not a person. Add it under Organizations.")
    return None


def _parse(lines: Sequence[str]) -> Any:
    """Return the card of these lines; None if the parser rejects one of them."""
    try:
        return vobject.readOne("\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""]), allowQP=True)
    except PARSE_ERRORS:
        return None


def _refuse_card(card: VCard, why: Lazy, name: str = "") -> ParsedPerson:
    return ParsedPerson(card.position, ParsedName(full_name=name), problems=(CellProblem("", why, refuses=True),))


def _name(head: str) -> str:
    return head.partition(";")[0].rpartition(".")[2].strip().upper()


def _as_three(card: VCard) -> list[str]:
    """Return the lines of the card as version 3.0, which the parser supports best."""
    old = any(_name(head) == "VERSION" and value.strip() == "2.1" for head, value in card.lines)
    lines = []
    for head, value in card.lines:
        if _name(head) in BLOCKED_PROPERTIES | {"VERSION", "AGENT"}:
            continue
        # A comma is plain text in 2.1 and parts a list in 3.0.
        lines.append(f"{head}:{_BARE_COMMA.sub(_COMMA, value) if old else value}")
    return lines
