"""Rows that are read by the columns of a model: each text as the type of its column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from babel.core import get_global

from crm.core.i18n.countries import country_code
from crm.core.words import LabeledEnum, _l
from crm.imports.policy import ImportKind
from crm.imports.readers.amounts import NUMBER, strip_marks
from crm.imports.readers.dates import read_date, read_when, read_zone
from crm.imports.readers.errors import BadCell
from crm.imports.readers.headings import Mapping
from crm.imports.readers.organizations import split_list_cell
from crm.imports.readers.quantities import (
    NUMBERS_IN_WORDS,
    is_number,
    read_currency_marks,
    read_number_or_words,
)
from crm.imports.readers.rows import CellProblem, CheckedRow, RowCells, iter_rows
from crm.imports.readers.tables import Table
from crm.imports.readers.values import MAX_USER_CHARS
from crm.imports.record_kinds import RecordKind
from crm.opportunities.quarters import parse_quarter, quarter_end
from crm.projects.policy import END_OF_DAY

MAX_TEXT, MAX_NAME, MAX_NUMBER = 20_000, 200, 40
_YES, _NO = frozenset(["yes", "y", "true", "1", "是"]), frozenset(["no", "n", "false", "0", "否"])
_HS_SEPARATORS = re.compile(r"[.\s-]")
#: Digits of an HS code, also of the longer codes of the US and of China. With another count, a leading zero is missing.
_HS_LENGTHS = frozenset({6, 8, 10, 13})
_FRACTION = re.compile(r"0?\.\d+")


@dataclass(frozen=True)
class ParsedRecord(CheckedRow):
    """A row: values by column, without blank ones, and the names of linked records and of users by column."""

    line: int
    values: dict[str, Any]
    links: dict[str, str]
    users: dict[str, str]
    sectors: tuple[str, ...] = ()
    uid: str = ""
    problems: tuple[CellProblem, ...] = ()


def read_records(spec: RecordKind, table: Table, mapping: Mapping) -> Iterator[ParsedRecord]:
    """Yield every row of the table, in order, with those that have errors."""
    fractions = _find_fractions(spec, table, mapping)
    for cells in iter_rows(table, mapping):
        yield _record(spec, cells, fractions)


def _find_fractions(spec: RecordKind, table: Table, mapping: Mapping) -> frozenset[str]:
    """Return the percentages whose cells have a fraction of one: a workbook stores 60% as 0.6, and 100% as 1."""
    names = [name for name, column in spec.columns.items() if column.info.get("widget") == "percent"]
    rows = iter_rows(table, mapping) if names else ()
    return frozenset(
        name for cells in rows for name in names if any(_FRACTION.fullmatch(x[2]) for x in cells.all(name))
    )


def _record(spec: RecordKind, cells: RowCells, fractions: Collection[str]) -> ParsedRecord:
    values = _read_values(spec, cells, fractions)
    links = {link.column: cells.text(link.name, MAX_NAME, refuses=True) for link in spec.links}
    missing = [] if cells.is_refused else [spec.labels[name] for name in spec.required if name not in values]
    missing += [link.label for link in spec.links if link.is_required and not links[link.column]]
    for label in missing:
        cells.add_problem("", _l("Enter a value for “%(field)s”.", field=label), refuses=True)
    users = {link.column: cells.text(link.name, MAX_USER_CHARS) for link in spec.users}
    return ParsedRecord(
        cells.line,
        values,
        {c: t for c, t in links.items() if t},
        {c: t for c, t in users.items() if t},
        split_list_cell(cells, "sectors") if spec.has_sectors else (),
        cells.text("uid", 64),
        cells.problems,
    )


def _read_values(spec: RecordKind, cells: RowCells, fractions: Collection[str]) -> dict[str, Any]:
    """Return the values of the columns that have one; a blank name or end follows from the other columns."""
    values: dict[str, Any] = {}
    for name, column in spec.columns.items():
        is_fraction = name in fractions
        value = cells.read(name, _read_percent, refuses=True) if is_fraction else _value(cells, name, column)
        if value not in (None, ""):
            values[name] = value
    for name in NUMBERS_IN_WORDS.keys() & spec.columns.keys():
        read_number_or_words(cells, values, name, getattr(spec.columns[name].type, "length", None) or MAX_TEXT)
    if "currency" in spec.columns:
        money = [name for name, column in spec.columns.items() if isinstance(column.type, sa.Numeric)]
        read_currency_marks(cells, values, money)
    if "native_name" in values:
        values.setdefault("name", values["native_name"])
    if "starts_on" in values:
        values.setdefault("ends_on", values["starts_on"])
    if spec.kind is ImportKind.opportunities:
        _drop_derived(values)
    return values


def _drop_derived(values: dict[str, Any]) -> None:
    """Remove the close date of a quarter, as exports contain it."""
    if (quarter := values.get("close_quarter")) and values.get("close_on") == quarter_end(quarter):
        del values["close_on"]


def _value(cells: RowCells, name: str, column: sa.Column[Any]) -> Any:
    if name in NUMBERS_IN_WORDS.values() and not is_number(cells, name):
        return None
    if cells.is_blank({name}):
        return None
    reader = _reader(column)
    if reader is not None:
        return cells.read(name, reader, refuses=True)
    longest = getattr(column.type, "length", None) or MAX_TEXT
    is_long = column.info.get("widget") == "area" or isinstance(column.type, sa.Text)
    return cells.long_text(name, longest, refuses=True) if is_long else cells.text(name, longest, refuses=True)


def _reader(column: sa.Column[Any]) -> Callable[[str], Any] | None:
    """Return the function that reads a text as the type of a column; None for a column of texts."""
    if isinstance(column.type, sa.Enum) and column.type.enum_class is not None:
        enum: Any = column.type.enum_class
        return lambda text: read_choice(enum, text)
    by_widget: dict[str, Callable[[str], Any]] = {"country": _country, "currency": _currency, "zone": read_zone}
    by_type: tuple[tuple[Any, Callable[[str], Any]], ...] = (
        (sa.Date, read_date),
        (sa.DateTime, _wall_time),
        (sa.Boolean, _flag),
        (sa.Numeric, _number),
        (sa.Integer, _whole_number),
    )
    if column.info.get("widget") in by_widget:
        return by_widget[column.info["widget"]]
    if column.name == "hs6":
        return _hs_code
    if column.name == "close_quarter":
        return _quarter
    return next((reader for kind, reader in by_type if isinstance(column.type, kind)), None)


def read_choice(enum: type[LabeledEnum], text: str) -> LabeledEnum:
    """Return the member of a closed list by its code or label. Raises BadCell."""
    plain = " ".join(text.split()).casefold()
    for member in enum:
        if plain in (
            member.value,
            member.value.replace("_", " "),
            member.label.text.casefold(),
            str(member).casefold(),
        ):
            return member
    options = ", ".join(str(member.label) for member in enum)
    raise BadCell(_l("“%(cell)s” isn't an option. Use one of: %(options)s.", cell=text[:40], options=options))


def _wall_time(text: str) -> dt.datetime:
    """Read a local time; a date alone is the end of the working day."""
    day, time = read_when(text)
    return dt.datetime.combine(day, time or END_OF_DAY)


def _country(text: str) -> str:
    code = country_code(text)
    if code is None:
        raise BadCell(_l("“%(cell)s” isn't a country. Check the spelling.", cell=text[:40]))
    return code


def _quarter(text: str) -> str:
    quarter = parse_quarter(text[: MAX_NUMBER + 1])
    if quarter is None:
        raise BadCell(_l("“%(cell)s” isn't a quarter. Use a format like Q1 2027.", cell=text[:40]))
    return quarter


def _currency(text: str) -> str:
    code = {"$": "USD", "US$": "USD", "¥": "CNY", "￥": "CNY", "€": "EUR", "元": "CNY"}.get(
        text.strip(), text.strip().upper()
    )
    if code not in get_global("all_currencies"):
        raise BadCell(_l("“%(cell)s” isn't a currency. Use a code like USD.", cell=text[:40]))
    return code


def _flag(text: str) -> bool:
    word = text.strip().casefold()
    if word not in _YES | _NO:
        raise BadCell(_l("“%(cell)s” isn't an option. Use yes or no.", cell=text[:40]))
    return word in _YES


def _hs_code(text: str) -> str:
    """Return the first six digits of a code. A spreadsheet may have removed the zero at its beginning."""
    digits = _HS_SEPARATORS.sub("", text)
    if len(digits) not in _HS_LENGTHS:
        raise BadCell(_l("Enter six digits, such as 902680."))
    return digits[:6]


def _number(text: str) -> Decimal:
    digits = strip_marks(text[: MAX_NUMBER + 1])
    if not NUMBER.fullmatch(digits):
        raise BadCell(_l("“%(cell)s” isn't a number. Use a format like 1250000.", cell=text[:40]))
    number = Decimal(digits.replace(",", ""))
    if abs(number) >= Decimal(10) ** 12:
        raise BadCell(_l("“%(cell)s” is too large.", cell=text[:40]))
    return number


def _read_percent(text: str) -> int:
    """Read a fraction of one as a whole percentage; what is larger or has a sign for percent is one already."""
    number = _number(text)
    is_fraction = 0 < number <= 1 and "%" not in text
    return _whole_number(f"{round(number * 100, 6).normalize():f}") if is_fraction else _whole_number(text)


def _whole_number(text: str) -> int:
    """Read a whole number. A fraction is refused: 0.5 would become 0."""
    number = _number(text)
    if number != int(number):
        raise BadCell(_l("“%(cell)s” isn't a whole number. Use a format like 60.", cell=text[:40]))
    return int(number)
