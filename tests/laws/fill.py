"""Fills in forms with plausible values in every field of a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

from tests.laws.build_dataset import Dataset

Attributes = dict[str, str | None]
SAMPLE_VALUES = {
    "date": "2026-12-15",
    "time": "09:30",
    "email": "li.wei@example.org",
    "url": "https://example.org",
    "tel": "+86 139 1234 5678",
    "file": None,
}
"""Type of an input -> its value."""
BY_NAME: dict[str, list[str]] = {
    "hs6": ["902680"],
    "eccn": ["EAR99"],
    "close_quarter": [],
    "emails-0-raw": ["li.wei@example.org"],
    "parent_id": [],
    "phones-0-raw": ["+86 139 1234 5678"],
    "uscc": [],
    "naics": ["334513"],
    "user_id": [],
    "current_password": ["causeway-demo"],
    "new": ["a long enough new password"],
    "bid_day": ["2026-12-15"],
    "drop": [],
    "clear": [],
    "color": ["#aabbcc"],
}
"""Name of a field -> its value, where the type is not specific enough."""


@dataclass
class Field:
    """One named control of a form."""

    name: str
    type: str
    value: str = ""
    values: list[str] = field(default_factory=list)
    attributes: Attributes = field(default_factory=dict)

    @property
    def is_hidden(self) -> bool:
        """Return whether users don't type into it."""
        return self.type == "hidden"


@dataclass
class FormOnPage:
    """One form that posts."""

    action: str
    fields: dict[str, Field] = field(default_factory=dict)

    def add(self, field: Field) -> Field:
        """Add a control; controls of one name, such as radio buttons, are one field with several values."""
        existing = self.fields.setdefault(field.name, field)
        if field.value and field.type in ("radio", "checkbox"):
            existing.values.append(field.value)
        return existing


class Forms(HTMLParser):
    """Return the forms of a page with their choices."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[FormOnPage] = []
        self.form: FormOnPage | None = None
        self.select: Field | None = None
        self.area: Field | None = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form" and (a.get("method") or "").lower() == "post":
            self.form = FormOnPage(a.get("action") or "")
            self.forms.append(self.form)
        name = a.get("name")
        if self.form is None or not name:
            if tag == "option" and self.select is not None and a.get("value"):
                self.select.values.append(str(a["value"]))
                if "selected" in a:
                    self.select.value = str(a["value"])
            return
        if tag == "select":
            self.select = self.form.add(Field(name, "select", attributes=a))
        elif tag == "textarea":
            self.area = self.form.add(Field(name, "textarea", attributes=a))
        elif tag == "input":
            self.form.add(Field(name, a.get("type") or "text", a.get("value") or "", attributes=a))

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            if self.area is not None:
                # A browser drops the line break after the tag.
                self.area.value = self.area.value.removeprefix("\r").removeprefix("\n")
            self.area = None

    def handle_data(self, data):
        if self.area is not None:
            self.area.value += data


def form_of(text: str, path: str) -> FormOnPage | None:
    """Return the form of a page that posts to the page's own address, or its only form."""
    own = [f for f in Forms(text).forms if f.action in ("", path) or urlsplit(f.action).path == urlsplit(path).path]
    return max(own, key=lambda f: len(f.fields), default=None)


def fill_form(form: FormOnPage, dataset: Dataset) -> dict[str, list[str]]:
    """Return what a browser would send for the form once every field is filled in."""
    data: dict[str, list[str]] = {}
    for one in form.fields.values():
        if one.name != "csrf_token" and (values := _values(one, dataset)):
            data[one.name] = values
    return data


def _values(one: Field, dataset: Dataset) -> list[str]:  # noqa: PLR0911 - one return per kind of field
    if one.name in BY_NAME and not one.value:
        return BY_NAME[one.name]
    if one.is_hidden or one.name.endswith("-typed"):
        return [one.value] if one.value else []
    if one.attributes.get("data-url"):
        return [one.value] if one.value else _record(str(one.attributes["data-url"]), dataset)
    if one.type in ("select", "radio"):
        return [one.value if one.type == "select" and one.value else one.values[0]] if one.values else []
    if one.type == "checkbox":
        return one.values[:1]
    if one.type in ("submit", "button", "file"):
        return []
    return [one.value or SAMPLE_VALUES.get(one.type) or _word(one)]


def _record(url: str, dataset: Dataset) -> list[str]:
    kinds = parse_qs(urlsplit(url).query).get("kinds", ["person"])[0].split(",")
    records = (
        s for kind in kinds for s in dataset.subjects.get(kind, []) if s.access_case and s.access_case.name == "inland"
    )
    return [str(s.id) for s in records][:1]


def _word(one: Field) -> str:
    numeric = one.attributes.get("inputmode") in ("numeric", "decimal")
    return "5" if numeric else "Fine"
