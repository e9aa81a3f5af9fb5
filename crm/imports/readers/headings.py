"""Guesses of the fields of columns by their headings, and the columns that are never imported."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import cache
from typing import NamedTuple

from opencc import OpenCC

from crm.core.i18n.catalogs import list_translations
from crm.core.words import Lazy
from crm.imports.readers.blocked_headings import BLOCKED_HEADINGS, BLOCKED_PARTS, UNUSED
from crm.imports.readers.heading_groups import group_code
from crm.imports.readers.heading_texts import KINDS, PARTS
from crm.imports.readers.people_headings import NATIVE_FULL_NAMES
from crm.imports.readers.samples import guess_by_values, holds_identity_numbers
from crm.imports.readers.targets import FieldTarget
from crm.imports.readers.values import has_han

#: One target per column of the file; None is a column that is not imported.
Mapping = tuple[FieldTarget | None, ...]

#: Fields that only headings built of parts lead to.
_GROUP_FIELDS = {"email_label", "phone_label", "address_label", "street2", "street3", "po_box"}
_FULL_NAME, _FULL_LATIN = FieldTarget("full_name"), FieldTarget("full_latin")
MAX_HEADING_CHARS = 200
MAX_TEXT_CHARS = 40
"""Longest text of the interface that can be a heading."""
_MARKS = re.compile(r"[^0-9a-z\u00c0-\u024f\u3400-\u9fff]+")


class ColumnGuess(NamedTuple):
    """The guessed field of a column; certain if the whole heading is known. `blocked_reason`: why it is blocked."""

    column: int
    heading: str
    target: FieldTarget | None
    is_certain: bool
    blocked_reason: Lazy | None = None


def heading_key(heading: str) -> str:
    """Return the heading for comparison: without case, blanks, punctuation, width, accents and traditional forms."""
    plain = unicodedata.normalize("NFKC", heading[:MAX_HEADING_CHARS]).casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
        plain = _simplifier().convert(plain)
    return _MARKS.sub("", plain)


def heading_set_key(headings: Sequence[str]) -> str:
    """Return the stable key of a list of headings, under which a mapping is stored."""
    joined = "\x1f".join(heading_key(heading) for heading in headings)
    return hashlib.sha256(joined.encode()).hexdigest()[:32]


def blocked_heading_reason(heading: str) -> Lazy | None:
    """Return the reason why a column with this heading is never imported; None if it may be."""
    key = heading_key(heading)
    if key in _blocked_headings():
        return _blocked_headings()[key]
    return next((why for why, parts in BLOCKED_PARTS for part in parts.split("|") if part in key), None)


def is_known_heading(text: str) -> bool:
    """Return whether a cell is a known heading of any kind of import; finds the header row."""
    if not text or len(text) > 60:
        return False
    key = heading_key(text)
    return (
        key in _blocked_headings()
        or key in _unused()
        or group_code(text) is not None
        or any(key in _words(kind) for kind in KINDS)
    )


def is_phone_heading(text: str) -> bool:
    """Return whether a heading is of phone numbers, in any kind of import."""
    if blocked_heading_reason(text) is not None:
        return False
    codes = [group_code(text) or "", *(_words(kind).get(heading_key(text), "") for kind in KINDS)]
    return any(FieldTarget.parse(code).field == "phone" for code in codes)


def guess_columns(kind: str, headings: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> tuple[ColumnGuess, ...]:
    """Guess the field of every column; values help where a heading is unknown. A single field goes to one column."""
    outlook = kind == "people" and {"title", "jobtitle"} <= {heading_key(heading) for heading in headings}
    guesses = []
    for index, heading in enumerate(headings):
        values = [row[index] for row in rows if index < len(row) and row[index]]
        guesses.append(_guess(kind, index, heading, values, outlook=outlook))
    return _one_each(kind, _two_full_names(guesses, rows) if kind == "people" else guesses)


def _two_full_names(guesses: list[ColumnGuess], rows: Sequence[Sequence[str]]) -> list[ColumnGuess]:
    """Make a name without characters beside one in Chinese the Latin one: Name, Chinese name; 姓名, Name."""
    native = {heading_key(heading) for heading in NATIVE_FULL_NAMES.split("|")}
    full = [guess for guess in guesses if guess.target == _FULL_NAME and guess.is_certain]
    with_han = [guess for guess in full if any(has_han(row[guess.column]) for row in rows if guess.column < len(row))]
    latin = [guess for guess in full if guess not in with_han and heading_key(guess.heading) not in native]
    other = [guess for guess in full if guess not in latin]
    if len(latin) != 1 or len(other) != 1 or not _is_chinese_name(heading_key(other[0].heading), native):
        return guesses
    return [guess._replace(target=_FULL_LATIN) if guess is latin[0] else guess for guess in guesses]


def _is_chinese_name(key: str, native: Collection[str]) -> bool:
    """Whether a column with characters is surely the name of a person: a Contact may have the name of a company."""
    return key in native or "姓名" in key


def _one_each(kind: str, guesses: list[ColumnGuess]) -> tuple[ColumnGuess, ...]:
    """Give every single field to one column: one with its own name, the first certain one, or else the first guess.

    Another column becomes the field whose code is its heading, if no column is: exports have `quantity_number` and
    `quantity`, and the label of the number is "Quantity".
    """
    holders: dict[str, int] = {}
    for guess in sorted(guesses, key=lambda guess: (not guess.is_certain, not _is_own_name(guess))):
        if guess.target is not None and not guess.target.may_repeat:
            holders.setdefault(guess.target.code, guess.column)
    codes = {heading_key(code): code for code in KINDS[kind]}
    out = []
    for guess in guesses:
        if guess.target is None or holders.get(guess.target.code, guess.column) == guess.column:
            out.append(guess)
            continue
        code = codes.get(heading_key(guess.heading), "")
        is_free = bool(code) and holders.setdefault(code, guess.column) == guess.column
        out.append(guess._replace(target=FieldTarget.parse(code) if is_free else None, is_certain=is_free))
    return tuple(out)


def _is_own_name(guess: ColumnGuess) -> bool:
    return guess.target is not None and heading_key(guess.heading) == heading_key(guess.target.code)


def allowed_mapping(headings: Sequence[str], mapping: Mapping) -> Mapping:
    """Return the mapping without columns that are never imported."""
    return tuple(
        None if index >= len(mapping) or blocked_heading_reason(heading) else mapping[index]
        for index, heading in enumerate(headings)
    )


def guessed_mapping(guesses: Sequence[ColumnGuess]) -> Mapping:
    return tuple(guess.target for guess in guesses)


def mapping_to_codes(mapping: Mapping) -> list[str]:
    """Return the mapping as codes to store; "" is a column that isn't imported."""
    return [target.code if target else "" for target in mapping]


def mapping_from_codes(kind: str, codes: Sequence[str]) -> Mapping:
    """Return the mapping of stored or posted codes; a field that the kind doesn't have is skipped."""
    fields = {FieldTarget.parse(code).field for code in KINDS[kind]} | _GROUP_FIELDS
    targets = (FieldTarget.parse(code) if code else None for code in codes)
    return tuple(target if target and target.field in fields else None for target in targets)


def _guess(kind: str, index: int, heading: str, values: list[str], *, outlook: bool) -> ColumnGuess:
    why = blocked_heading_reason(heading)
    if why is not None:
        return ColumnGuess(index, heading, None, is_certain=True, blocked_reason=why)
    if holds_identity_numbers(values):
        return ColumnGuess(index, heading, None, is_certain=False, blocked_reason=BLOCKED_HEADINGS[0][0])
    key = heading_key(heading)
    if key in _unused():
        return ColumnGuess(index, heading, None, is_certain=True)
    code = group_code(heading) if kind == "people" else None
    if code is None:
        code = "honorific" if outlook and key == "title" else _words(kind).get(key)
    if code is not None:
        return ColumnGuess(index, heading, FieldTarget.parse(code) if code else None, is_certain=True)
    part = next((code for code, parts in PARTS.get(kind, ()) if any(part in key for part in parts.split("|"))), None)
    part = part or (guess_by_values(values) if kind == "people" else None)
    return ColumnGuess(index, heading, FieldTarget.parse(part) if part else None, is_certain=False)


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@cache
def _words(kind: str) -> dict[str, str]:
    words: dict[str, str] = {}
    for code, headings in KINDS[kind].items():
        for heading in headings.split("|"):
            words.setdefault(heading_key(heading), code)
    translated = ((words.get(english), key) for english, key in _translated_headings())
    return {key: code for code, key in translated if code is not None} | words


@cache
def _translated_headings() -> list[tuple[str, str]]:
    """Return the keys of English texts and of their translations: our exports have headings in any language."""
    short = [pair for pair in list_translations() if len(pair[0]) <= MAX_TEXT_CHARS]
    return [(heading_key(english), heading_key(translation)) for english, translation in short]


@cache
def _unused() -> frozenset[str]:
    return frozenset(heading_key(heading) for heading in UNUSED.split("|"))


@cache
def _blocked_headings() -> dict[str, Lazy]:
    return {heading_key(heading): why for why, headings in BLOCKED_HEADINGS for heading in headings.split("|")}
