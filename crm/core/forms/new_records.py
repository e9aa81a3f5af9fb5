"""Records that a form creates from a typed name, in the same transaction as what it saves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import wtforms as w
from flask import g, url_for

from crm.core.errors import Invalid
from crm.core.hooks import RECORD_FORMS, RECORD_MAKERS
from crm.core.policy import Actor, can
from crm.core.texts import clean_line
from crm.core.words import Lazy, _

NEW = "new"
"""First part of the value of a new record: new:person:Liu Fang."""
MAX_NAME_CHARS = 200


class ChosenRecord(NamedTuple):
    id: int
    kind: str
    label: str
    native_label: str
    merged_into_id: int | None = None
    is_archived: bool = False


class NewRecord(NamedTuple):
    """A name to create a record from; `maker` is its key in RECORD_MAKERS."""

    maker: str
    name: str

    @property
    def value(self) -> str:
        """The value that a form submits for it."""
        return f"{NEW}:{self.maker}:{self.name}"

    @property
    def offer(self) -> str:
        """The text of the choice that creates it."""
        return offer_text(self.maker, self.name)

    @property
    def label(self) -> str:
        """The text that stands for it in the field."""
        return _("%(name)s (new)", name=self.name)


class RecordMaker(NamedTuple):
    """How a record is created from a name: the right it takes, the text of the offer, and what returns its id."""

    right: str
    offer: Lazy
    make: Callable[[Actor, str], int]


def offer_text(maker: str, name: str) -> str:
    """Return the text of the choice that creates a record of this name."""
    return _(RECORD_MAKERS[maker].offer.text, name=name)


def allowed_makers(makers: Iterable[str]) -> list[str]:
    """Return those that exist and that the actor may use. Without a team a user can't create from a name alone."""
    actor: Actor = g.actor
    if actor.is_above_teams:
        return []
    return [key for key in makers if key in RECORD_MAKERS and can(actor, RECORD_MAKERS[key].right)]


def split_new(values: Sequence[str], makers: Collection[str]) -> tuple[list[str], list[NewRecord]]:
    """Separate the values of a field into those of existing records and new records; an unknown maker is left in."""
    remaining, new_records = [], []
    for value in values:
        first, _colon, rest = value.partition(":")
        maker, _colon, text = rest.partition(":")
        name = clean_line(text)[:MAX_NAME_CHARS]
        if first == NEW and maker in makers and name:
            new_records.append(NewRecord(maker, name))
        else:
            remaining.append(value)
    return remaining, list(dict.fromkeys(new_records))


class NewRecordsMixin:
    """The part of a picker that creates records: chosen new names, and those offered for a name without a match."""

    data: Any
    kinds: Sequence[str]
    makers: Sequence[str]
    name: str

    def start_without_new(self) -> None:
        """Set what a field without new records has."""
        self.new_records: list[NewRecord] = []
        self.new_offers: list[NewRecord] = []
        self._before: tuple[Any, list[NewRecord]] | None = None

    @property
    def is_created(self) -> bool:
        """Whether the chosen record was created when the form was submitted."""
        return self._before is not None and bool(self._before[1])

    def choose(self, id: int) -> None:
        raise NotImplementedError

    @property
    def maker_offers(self) -> dict[str, str]:
        """What the script offers for a typed name: by maker the text with {} for the name."""
        return {key: offer_text(key, "{}") for key in allowed_makers(self.makers)}

    @property
    def add_links(self) -> list[tuple[str, str]]:
        """Text and URL of the forms that add records that need more than a name."""
        pages = [RECORD_FORMS[kind] for kind in self.kinds if kind in RECORD_FORMS]
        return [(str(label), url_for(endpoint)) for endpoint, label in pages]

    def create_new(self) -> None:
        """Create the new records and choose them. Raises Invalid on this field."""
        self._before = (list(self.data) if isinstance(self.data, list) else self.data), self.new_records
        for new in self.new_records:
            try:
                self.choose(RECORD_MAKERS[new.maker].make(g.actor, new.name))
            except Invalid as problem:
                raise Invalid(problem.message, self.name) from problem
        self.new_records = []

    def restore_new_names(self) -> None:
        """Choose the names again: the created records were rolled back."""
        if self._before is not None:
            self.data, self.new_records = self._before


def create_new_records(form: w.Form) -> None:
    """Create what the fields of a valid form name as new, and choose it. Raises Invalid on the field."""
    for field in _fields(form):
        if isinstance(field, NewRecordsMixin):
            field.create_new()


def restore_new_names(form: w.Form) -> None:
    """Choose the names again instead of the created records: the transaction was rolled back."""
    for field in _fields(form):
        if isinstance(field, NewRecordsMixin):
            field.restore_new_names()


def _fields(form: Any) -> Iterator[w.Field]:
    for field in form:
        if isinstance(field, w.FormField | w.FieldList):
            yield from _fields(field)
        else:
            yield field
