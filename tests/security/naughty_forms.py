"""Fills in every text field of a form with texts that break programs, and reads them from the form for editing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.texts import clean_line, clean_text
from tests.fixtures.naughty import NAUGHTY
from tests.laws.fill import Field, FormOnPage, form_of

SPECIAL = re.compile(r"-typed$|-raw$|uscc|wechat|postal_code|tags|languages|quantity|quarter|^follow_ups|^groups|^q$")
"""Names of fields for addresses, numbers, codes and lists, and of rows that need more than a text."""
ONE_LINE_CHARS = 200
LINES_AT_ONCE = 40
"""How many texts a field of several lines takes at a time."""
REFUSED = re.compile(r'<div class="errors".*?</div>', re.DOTALL)


@dataclass
class NaughtyForm:
    """A form of new records: its address, the kind of the records, and further values that it needs."""

    kind: str
    address: str
    more: dict[str, str] = field(default_factory=dict)

    def fill_all(self, client: Any) -> Iterator[tuple[int, dict[str, str]]]:
        """Create records until every text was in a field; yield the id of each, and the stored text by field."""
        remaining = list(NAUGHTY)
        for number in count():
            form = load_form(client, self.address)
            values, remaining = fill(form, remaining, number)
            yield self._create(client, form, values)
            if not remaining:
                return

    def _create(self, client: Any, form: FormOnPage, values: dict[str, str]) -> tuple[int, dict[str, str]]:
        """Send the form. A field that is refused shows its text again with an error, and is sent without it."""
        data = {f.name: f.value for f in form.fields.values() if f.is_hidden} | self.more | values
        answer = client.post(self.address, data=data)
        if answer.status_code == 422:
            refused = [name for name in values if f'href="#{name}"' in "".join(REFUSED.findall(answer.text))]
            again = form_of(answer.text, self.address)
            assert refused, REFUSED.findall(answer.text)
            assert again is not None
            assert {n: one_form(again.fields[n].value) for n in refused} == {n: one_form(values[n]) for n in refused}
            values = {name: text for name, text in values.items() if name not in refused}
            answer = client.post(self.address, data=data | dict.fromkeys(refused, "Plain"))
        assert answer.status_code == 303, (self.address, answer.status_code, REFUSED.findall(answer.text))
        newest = sa.select(sa.func.max(Record.id)).where(Record.kind == self.kind)
        return db.session.scalar(newest) or 0, {name: stored(form.fields[name], text) for name, text in values.items()}


def load_form(client: Any, address: str) -> FormOnPage:
    """Return the form of a page."""
    answer = client.get(address)
    form = form_of(answer.text, address)
    assert (answer.status_code, form is not None) == (200, True), address
    assert form is not None
    return form


def fill(form: FormOnPage, texts: list[str], number: int) -> tuple[dict[str, str], list[str]]:
    """Return a text for each text field, as long as the browser lets it be, and the texts that had no field.

    A field of several lines takes as many texts as have room in it, at least one.
    """
    fields = [one for one in form.fields.values() if is_text(one)]
    first = number * len(fields)
    values = {f.name: NAUGHTY[(first + i) % len(NAUGHTY)][: limit_of(f)] for i, f in enumerate(fields)}
    remaining = list(texts)
    for one in fields:
        if one.type == "textarea" and remaining:
            size = 1
            while size < min(len(remaining), LINES_AT_ONCE) and len("\n".join(remaining[: size + 1])) <= limit_of(one):
                size += 1
            values[one.name], remaining = "\n".join(remaining[:size])[: limit_of(one)], remaining[size:]
    assert len(remaining) < len(texts), form.action
    return values, remaining


def is_text(one: Field) -> bool:
    """Return whether a field takes any text."""
    is_number = one.attributes.get("inputmode") in ("numeric", "decimal")
    return one.type in ("text", "textarea") and not is_number and not SPECIAL.search(one.name)


def limit_of(one: Field) -> int:
    """Return how many characters a field takes."""
    return int(one.attributes.get("maxlength") or ONE_LINE_CHARS)


def one_form(text: str) -> str:
    """Return a text with the line ends of a browser's form."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def stored(one: Field, text: str) -> str:
    """Return the text as it is stored."""
    return clean_text(text) if one.type == "textarea" else clean_line(text)
