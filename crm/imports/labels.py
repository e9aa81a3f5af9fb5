"""The labels of fields, separators and encodings on the pages of imports."""

from __future__ import annotations

from collections.abc import Sequence

from crm.core.words import Lazy, _, _l, _p
from crm.imports.policy import ImportKind
from crm.imports.readers.heading_texts import KINDS
from crm.imports.readers.plain_columns import PLAIN_COLUMNS
from crm.imports.readers.targets import FieldTarget
from crm.imports.record_kinds import RECORD_KINDS

FIELDS: dict[str, Lazy] = {
    "family_native": _l("Native family name"),
    "given_native": _l("Native given name"),
    "family_latin": _l("Family name"),
    "given_latin": _l("Given name"),
    "middle_latin": _l("Middle name"),
    "family_phonetic": _l("Phonetic family name"),
    "given_phonetic": _l("Phonetic given name"),
    "english_name": _l("English name"),
    "full_name": _l("Name"),
    "full_latin": _l("Romanized name"),
    "honorific": _l("Courtesy title"),
    "address_as": _l("How to address"),
    "title": _p("job", "Title"),
    "title_native": _l("Native title"),
    "organization": _l("Works at"),
    "organization_native": _l("Works at (native name)"),
    "organization_latin": _l("Works at (English name)"),
    "department": _l("Department"),
    "email": _l("Email"),
    "email_label": _l("Email type"),
    "phone": _l("Phone"),
    "phone_label": _l("Phone type"),
    "wechat": _l("WeChat"),
    "address": _l("Address"),
    "address_native": _l("Native address"),
    "address_latin": _l("English address"),
    "address_label": _l("Address type"),
    "street": _l("Street"),
    "street2": _l("Street, line 2"),
    "street3": _l("Street, line 3"),
    "po_box": _l("PO box"),
    "city": _l("City"),
    "region": _l("State or province"),
    "postcode": _l("ZIP or postal code"),
    "country": _l("Country"),
    "website": _l("Website"),
    "note": _l("Note"),
    "languages": _l("Languages"),
    "label": _l("Tag"),
    "uid": _l("Identifier"),
    "name": _l("Name"),
    "native_name": _l("Native name"),
    "aliases": _l("Other names"),
    "roles": _l("Roles"),
    "uscc": _l("USCC"),
    "counselor": _l("Counselor"),
    "team": _l("Team"),
    "sectors": _l("Sectors"),
    "kind": _l("Type"),
    "state": _l("Status"),
    "date": _l("Date"),
    "time": _l("Time"),
    "zone": _l("Time zone"),
    "place": _l("Place"),
    "subject": _l("Subject"),
    "notes": _l("Notes"),
    "summary": _l("English summary"),
    "reached": _l("Reached?"),
    "people": _l("People"),
    "staff": _l("Staff"),
    "client": _l("Client"),
    "contact_minutes": _l("Contact minutes"),
    "prep_minutes": _l("Preparation minutes"),
    "travel_minutes": _l("Travel minutes"),
    "funder": _l("Funder"),
    "due": _l("Due"),
    "about": _l("About"),
    "side": _l("Type"),
    **{name: column.info["label"] for columns in PLAIN_COLUMNS.values() for name, column in columns.items()},
}
KIND_FIELDS: dict[tuple[ImportKind, str], Lazy] = {
    (ImportKind.interactions, "organization"): _l("Organization"),
    (ImportKind.followups, "title"): _l("Follow-up"),
}
"""Labels of fields that mean something else in rows of this kind."""
SEPARATORS: dict[str, Lazy] = {
    ",": _l("comma"),
    ";": _l("semicolon"),
    "\t": _l("tab"),
    "|": _l("vertical bar"),
}
ENCODINGS: dict[str, str | Lazy] = {
    "utf-8": "UTF-8",
    "gb18030": "GBK",
    "big5hkscs": "Big5",
    "cp1252": _l("Western"),
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
}
LABELS: dict[str, Lazy] = {
    "work": _l("work"),
    "home": _l("home"),
    "mobile": _l("mobile"),
    "fax": _l("fax"),
    "main": _l("main"),
    "other": _l("other"),
    "company": _l("company"),
    "assistant": _l("assistant"),
}


def field_label(field: str, kind: ImportKind) -> Lazy:
    """The label of a field of this kind of row."""
    if kind in RECORD_KINDS:
        return RECORD_KINDS[kind].labels[field]
    return KIND_FIELDS.get((kind, field)) or FIELDS[field]


def problem_column(column: str, kind: ImportKind) -> str:
    """The name of the column of a problem: the label of a field; a heading of the file stays."""
    is_field = kind is not ImportKind.posts and column in KINDS[kind.value]
    return str(field_label(column, kind)) if is_field else column


def target_label(code: str, kind: ImportKind) -> str:
    """The label of a column's field: "Phone, mobile (2)"."""
    target = FieldTarget.parse(code)
    name = field_label(target.field, kind)
    kind_of = str(LABELS.get(target.label, target.label))
    group = f" ({target.group.rpartition(' ')[2]})" if target.group else ""
    return (f"{name}, {kind_of}" if kind_of else str(name)) + group


def target_choices(kind: ImportKind, chosen: str) -> Sequence[tuple[str, str]]:
    """The fields a column can become, as code and label; the chosen one is always among them."""
    if kind is ImportKind.posts:
        return ()
    codes = list(KINDS[kind.value])
    if chosen and chosen not in codes:
        codes.insert(0, chosen)
    return [("", _("Don't import")), *((code, target_label(code, kind)) for code in codes)]
