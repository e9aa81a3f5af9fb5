"""People from the rows of a table. Every value that is skipped has a problem."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from crm.core.texts import split_entries
from crm.core.words import _l
from crm.imports.readers.addresses import AddressedRow, PostalAddress, parse_addresses
from crm.imports.readers.errors import BadCell
from crm.imports.readers.headings import Mapping
from crm.imports.readers.name_titles import split_parentheses
from crm.imports.readers.person_names import ParsedName, normalize_names, strip_additions
from crm.imports.readers.plain_values import PlainValues, read_plain_values
from crm.imports.readers.rows import CellProblem, CheckedRow, RowCells, iter_rows, text_too_long_message
from crm.imports.readers.tables import Table
from crm.imports.readers.values import (
    HAN,
    MAX_USER_CHARS,
    LabeledValue,
    has_han,
    normalize_label,
    read_email,
    read_phone,
    read_site,
    split_emails,
    split_phones,
)
from crm.records.policy import MAX_TAG_CHARS

MAX_NAME_CHARS, MAX_TITLE_CHARS, MAX_ORGANIZATION_CHARS, MAX_WECHAT_CHARS, MAX_NOTE_CHARS = 120, 120, 200, 60, 20_000
MAX_ADDRESS_AS_CHARS = 80
#: Characters that a record keeps of each part of a name.
_MAX_PARTS = {"family_native": 40, "given_native": 40, "family_latin": 80, "given_latin": 80, "english_name": 60}
#: Google's own groups, which say nothing about a person.
_OWN_GROUPS = frozenset({"mycontacts", "my contacts", "starred", "friends", "family", "coworkers"})
_AS_PHONE = frozenset(
    ["同手机号", "同手机", "同手机号码", "同电话", "同电话号码", "同号", "手机同号", "微信同号", "电话同号"]
) | {"sameasmobile", "sameasphone", "sameascell"}
_PROFILE = re.compile(r"https?://([a-z]{2,3}\.)?linkedin\.com/in/\S", re.IGNORECASE)


@dataclass(frozen=True)
class ParsedPerson(AddressedRow, CheckedRow):
    """One person as the file has them. `line` counts as a spreadsheet does (of a vCard file: the card's position).

    `organization` and `title` are in Latin letters, their `_native` twins in Chinese; either may be "".
    """

    line: int
    names: ParsedName
    address_as: str = ""
    organization: str = ""
    organization_native: str = ""
    department: str = ""
    title: str = ""
    title_native: str = ""
    emails: tuple[LabeledValue, ...] = ()
    phones: tuple[LabeledValue, ...] = ()
    wechat: str = ""
    addresses: tuple[PostalAddress, ...] = ()
    websites: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    note: str = ""
    uid: str = ""
    counselor: str = ""
    plain: PlainValues = ()
    problems: tuple[CellProblem, ...] = ()

    @property
    def organization_name(self) -> str:
        """The organization's name in either script, Latin first."""
        return self.organization or self.organization_native


def read_people(table: Table, mapping: Mapping) -> Iterator[ParsedPerson]:
    """Yield every row of the table as a person, in order, with those that have errors."""
    for cells in iter_rows(table, mapping):
        yield build_person(cells)


def build_person(cells: RowCells) -> ParsedPerson:
    """Return the person in the cells of a row."""
    names = _names(cells)
    organization, firm_native = split_by_script(cells, "organization", MAX_ORGANIZATION_CHARS)
    organization_latin = cells.text("organization_latin", MAX_ORGANIZATION_CHARS) or organization
    title, title_native = split_by_script(cells, "title", MAX_TITLE_CHARS)
    emails = labeled_values(cells, "email", split_emails, read_email)
    if names.is_empty and not cells.is_refused:
        cells.add_problem("", _l("Enter a name."), refuses=True)
    phones = labeled_values(cells, "phone", split_phones, read_phone)
    sites, plain = _sites(cells)
    return ParsedPerson(
        line=cells.line,
        names=names,
        address_as=cells.text("address_as", MAX_ADDRESS_AS_CHARS),
        organization=organization_latin,
        organization_native=firm_native,
        department=cells.text("department", MAX_TITLE_CHARS),
        title=title,
        title_native=_native_title(cells, names, title_native, organization_latin or firm_native),
        emails=emails,
        phones=phones,
        wechat=_wechat(cells.text("wechat", MAX_WECHAT_CHARS), phones),
        addresses=parse_addresses(cells),
        websites=sites,
        languages=tuple(part for _t, _h, text in cells.all("languages") for part in _parts(text)),
        labels=split_labels(cells),
        note=cells.long_text("note", MAX_NOTE_CHARS),
        uid=cells.text("uid", 64),
        counselor=cells.text("counselor", MAX_USER_CHARS),
        plain=plain,
        problems=cells.problems,
    )


def _sites(cells: RowCells) -> tuple[tuple[str, ...], PlainValues]:
    """Return the websites and the plain values; the first profile is the LinkedIn address: LinkedIn calls it URL."""
    sites = [site.value for site in labeled_values(cells, "website", split_entries, read_site)]
    plain = read_plain_values(cells, "people")
    profile = next(filter(_PROFILE.match, sites), None)
    if profile is None or "linkedin" in dict(plain):
        return tuple(sites), plain
    return tuple(site for site in sites if site != profile), (*plain, ("linkedin", profile))


def _wechat(text: str, phones: Sequence[LabeledValue]) -> str:
    """Return the WeChat name; where the cell says that it is the number of the phone, the mobile or first number."""
    if "".join(text.split()).casefold() not in _AS_PHONE:
        return text
    return next((phone.value for phone in sorted(phones, key=lambda phone: phone.label != "mobile")), "")


def _names(cells: RowCells) -> ParsedName:
    def name(field: str) -> str:
        return cells.text(field, MAX_NAME_CHARS, refuses=True)

    given_latin = f"{name('given_latin')} {name('middle_latin')}".strip()
    honorific = next((text for _target, _heading, text in cells.all("honorific")), "")
    names = ParsedName(
        name("family_native"),
        name("given_native"),
        name("family_latin"),
        given_latin,
        name("english_name"),
        name("full_name"),
        honorific[:MAX_ADDRESS_AS_CHARS],
    )
    full_latin = name("full_latin")
    if has_han(full_latin) and not names.full_name:
        names, full_latin = replace(names, full_name=full_latin), ""
    full_latin = HAN.sub("", full_latin).strip()
    if all(heading == "UID" for _target, heading, _text in cells.all("uid")):
        # Names of our own exports stay as they are, but vCards of most programs have a UID.
        names = strip_additions(names)
        full_latin, english_name, other = split_parentheses(full_latin)
        names = replace(names, english_name=names.english_name or english_name, suffix=names.suffix or other)
    phonetic = (name("family_phonetic"), name("given_phonetic"))
    normalized = normalize_names(names, phonetic=phonetic, full_latin=full_latin)
    if normalized.suffix:
        _add_suffix_problem(cells, normalized.suffix)
    for part, longest in _MAX_PARTS.items():
        if len(getattr(normalized, part)) > longest:
            cells.add_problem(
                cells.heading(part), text_too_long_message(getattr(normalized, part), longest), refuses=True
            )
    return normalized


def _add_suffix_problem(cells: RowCells, suffix: str) -> None:
    message = _l("“%(suffix)s” after the name isn't imported.", suffix=suffix[:40])
    cells.add_problem(cells.heading("full_name"), message)


def _native_title(cells: RowCells, names: ParsedName, title_native: str, organization: str) -> str:
    """Return the native title of the position, else the one after the name, if the row has an organization."""
    other = names.title_native
    if other and organization and not title_native:
        return other
    if other and other != title_native and other not in names.honorific:
        _add_suffix_problem(cells, other)
    return title_native


def split_by_script(cells: RowCells, field: str, longest: int) -> tuple[str, str]:
    """Return a field's Latin and native text; Chinese text in the plain column is native if there is no other."""
    plain, native = cells.text(field, longest), cells.text(f"{field}_native", longest)
    if has_han(plain) and not native:
        return "", plain
    return plain, native


def labeled_values(
    cells: RowCells, field: str, split: Callable[[str], list[str]], read: Callable[[str], str]
) -> tuple[LabeledValue, ...]:
    """Return all values of a field with their labels, each once; an invalid value is skipped with a problem."""
    if not cells.all(field):
        return ()
    labels_by_group = {target.group: split_entries(text) for target, _heading, text in cells.all(f"{field}_label")}
    labeled: dict[str, LabeledValue] = {}
    for target, heading, text in cells.all(field):
        labels = labels_by_group.get(target.group, []) if target.group else []
        for index, part in enumerate(split(text)):
            label = labels[min(index, len(labels) - 1)] if labels else ""
            try:
                value = read(part)
            except BadCell as bad:
                cells.add_problem(heading, bad.message)
                continue
            labeled.setdefault(value.casefold(), LabeledValue(target.label or normalize_label(label), value))
    return tuple(labeled.values())


def _parts(text: str) -> list[str]:
    return [
        part.strip()
        for value in split_entries(text)
        for part in value.replace("、", ",").replace("，", ",").split(",")
        if part.strip()
    ]


def split_labels(cells: RowCells) -> tuple[str, ...]:
    """Return the tags of a row, without the groups of other programs that all rows have."""
    words: dict[str, None] = {}
    for _target, heading, text in cells.all("label"):
        for part in _parts(text):
            word = part.lstrip("* ").strip()
            if len(word) > MAX_TAG_CHARS:
                cells.add_problem(heading, text_too_long_message(word, MAX_TAG_CHARS))
            elif word and word.casefold() not in _OWN_GROUPS:
                words[word] = None
    return tuple(words)
