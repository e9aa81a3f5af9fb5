"""Fields that refer to records. A name may be typed: the server finds the record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import wtforms as w
from flask import g, request
from wtforms import validators as v

from crm import names
from crm.core.data.visible_records import read_visible_names
from crm.core.forms.new_records import ChosenRecord, NewRecord, NewRecordsMixin, allowed_makers, split_new
from crm.core.forms.params import is_number
from crm.core.forms.pick_widget import PickWidget
from crm.core.search import search
from crm.core.search.search import SearchResult
from crm.core.texts import clean_line
from crm.core.words import Lazy, _, _l

NO_MATCH: dict[str, Lazy] = {
    "person": _l("No person named “%(name)s”. Check the spelling or create them."),
    "organization": _l("No organization named “%(name)s”. Check the spelling or create it."),
    "project": _l("No project named “%(name)s”. Check the spelling or create it."),
}
NO_MATCH_OF_ANY_KIND = _l("No record named “%(name)s”. Check the spelling.")
TYPED = "-typed"
CANDIDATE_LIMIT = 200
"""How many records with a typed name are examined."""
BLANKS = 3
"""Text inputs of a field for many records, where no script adds more."""


class PickField(NewRecordsMixin, w.Field):
    """One record or many: the data is an id or None, or a list of ids, always of records the actor may see.

    kinds: the kinds of records to choose from. A typed text is accepted if it is the exact name of one record or finds
    only one (a person not only by the organization); otherwise the error offers the matches, and to create a record of
    this name with one of the `makers` (keys of RECORD_MAKERS, by default the kinds). `linked` are further kinds, of
    records that a link to the form names; `stored_in_rows` are the ids that any row of an edited form has.
    """

    widget = PickWidget()
    errors: Sequence[Any]
    stored_in_rows: Collection[int | None] = ()

    def __init__(  # noqa: PLR0913 - one argument per option
        self,
        label: object = None,
        validators: Any = None,
        *,
        kinds: Sequence[str] = ("person",),
        linked: Sequence[str] = (),
        many: bool = False,
        needed: bool = False,
        makers: Sequence[str] | None = None,
        **kw: Any,
    ) -> None:
        self.many, self.needed = many, needed
        self.accepted_kinds = (*kinds, *linked)
        self.makers = tuple(kinds if makers is None else makers)
        self.typed: list[str] = []
        self.offers: Sequence[SearchResult | ChosenRecord] = []
        self._read_ids: list[int] = []
        self._records: list[ChosenRecord] = []
        self.start_without_new()
        super().__init__(label, validators, **kw)
        self.offer_kinds(kinds)
        self.render_kw |= kw.get("render_kw") or {}
        if many:
            self.render_kw["data-many"] = "1"
        if needed:
            self.flags.required = True

    def offer_kinds(self, kinds: Sequence[str]) -> None:
        """Offer records of these kinds only, with the hint for them."""
        self.kinds = tuple(kinds)
        self.url = "/search?kinds=" + ",".join(kinds)
        hint = {} if "person" in kinds else {"data-placeholder": _l("Name or pinyin")}
        self.render_kw: dict[str, Any] = {"data-url": self.url} | hint

    @property
    def blanks(self) -> list[str]:
        """The texts of the text inputs: typed texts that were not resolved, and empty ones."""
        return self.typed + [""] * ((BLANKS if self.many else 1) - len(self.typed))

    @property
    def records(self) -> list[ChosenRecord]:
        """The chosen records, in order, without those the actor may not see. Read once for the same ids."""
        if self.ids != self._read_ids:
            self._records, self._read_ids = self._visible_records(self.ids), self.ids
        return self._records

    @property
    def ids(self) -> list[int]:
        """The chosen ids, whether one or many."""
        data: Any = self.data if self.many else [self.data]
        return [i for i in data or () if i is not None]

    @property
    def is_filled(self) -> bool:
        """Whether a record is chosen or will be created."""
        return bool(self.ids or self.new_records)

    def process(self, formdata: Any, data: Any = w.utils.unset_value, extra_filters: Any = None) -> None:
        """Read the typed texts beside the chosen ids."""
        if formdata is not None:
            self.typed = [t for text in formdata.getlist(self.name + TYPED) if (t := clean_line(text)[:200])]
        super().process(formdata, data, extra_filters)

    def process_data(self, value: Any) -> None:
        """Set the ids."""
        self.data = list(value or ()) if self.many else value

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse ids. Without script a radio button comes after the select, so the last value counts."""
        values, self.new_records = split_new([x for x in valuelist if x], allowed_makers(self.makers))
        if not all(map(is_number, values)):
            raise ValueError(_("Choose one from the list."))
        ids = list(dict.fromkeys(map(int, values)))
        if self.many:
            self.data = ids
        elif valuelist or self.typed:
            self.new_records = self.new_records[-1:]
            self.data = ids[-1] if ids and not self.new_records else None

    def pre_validate(self, form: w.Form) -> None:
        """Resolve typed texts and check access to the chosen records. Raises ValidationError."""
        if self.process_errors:
            return
        self._resolve_all()
        self._follow_merges()
        # In a form that creates, the initial value comes from the URL: nothing is stored yet.
        existing_ids = self._stored_ids() if getattr(form, "edited", form) is not None else []
        archived = [r for r in self.records if r.is_archived and r.id not in (*existing_ids, *self.stored_in_rows)]
        if archived and request.method == "POST":
            name = archived[0].label or archived[0].native_label
            raise v.ValidationError(_("“%(name)s” is archived. Restore it, or choose another one.", name=name))
        if existing_ids and self._keep_hidden(existing_ids):
            return
        if len(self.records) < len(self.ids):
            self.data = [r.id for r in self.records] if self.many else None
            raise v.ValidationError(_("Choose again. The selected record is no longer available."))
        if self.needed and not self.is_filled:
            raise v.ValidationError(_("Choose one or type a name."))

    def _follow_merges(self) -> None:
        """Choose the record that is left instead of one that was merged into it since the form was opened."""
        merged = {row.id: row.merged_into_id for row in self.records if row.merged_into_id is not None}
        if merged:
            ids = list(dict.fromkeys(merged.get(i) or i for i in self.ids))
            self.data = ids if self.many else ids[0]

    def _stored_ids(self) -> list[int]:
        stored: Any = self.object_data if self.many else [self.object_data]
        return [i for i in stored or () if i]

    def _keep_hidden(self, existing_ids: Sequence[int]) -> bool:
        """Keep a stored record that the actor may not see if nothing else was chosen. Return whether one is kept."""
        if self.is_filled and not self.many:
            return False
        visible_ids = {row.id for row in self._visible_records(existing_ids)}
        hidden = [i for i in existing_ids if i not in visible_ids]
        if hidden and not self.many:
            self.data = hidden[0]
        elif hidden:
            self.data = [*(row.id for row in self.records), *hidden]
        return bool(hidden)

    def _resolve_all(self) -> None:
        """Resolve each typed text; those that can't be resolved stay, each with its error. Raises ValidationError."""
        problems = []
        if self.typed:
            self.offers = []
        for text in list(self.typed):
            try:
                self._resolve(text)
            except v.ValidationError as problem:
                problems.append(problem)
            else:
                self.typed.remove(text)
        if problems:
            self.errors = [*self.errors, *(problem.args[0] for problem in problems[:-1])]
            raise problems[-1]

    def _resolve(self, text: str) -> None:
        """Add the record that a text means, or that the user chose among those offered for it."""
        if not self._is_resolved(text):
            self.choose(self._find_record(text))

    def _is_resolved(self, text: str) -> bool:
        if any(text == new.name for new in self.new_records):
            return True
        if not self.ids:
            return False
        similar = [
            *search.search(g.actor, text, self.kinds, limit=CANDIDATE_LIMIT),
            *search.find_candidates(g.actor, text, self.kinds),
        ]
        return not {row.id for row in similar}.isdisjoint(self.ids)

    def choose(self, id: int) -> None:
        """Choose a record."""
        if not self.many:
            self.data, self.new_records = id, []
        elif id not in self.data:
            self.data = [*self.data, id]

    def _find_record(self, text: str) -> int:
        """Return the record that a text names. Raises ValidationError, with records to choose from in `offers`."""
        matches = self._find_rows(text, typos=False)
        key = names.sort_key(text)
        exact = [row for row in matches if text in (row.label, row.native_label) or names.sort_key(row.label) == key]
        if len(exact) == 1:
            return exact[0].id
        if len(matches) == 1 and search.is_named(matches[0], text):
            return matches[0].id
        self._add_offers(exact or matches or self._find_rows(text) or search.find_candidates(g.actor, text, self.kinds))
        self.new_offers += [NewRecord(key, text) for key in allowed_makers(self.makers)]
        if len(matches) > 1:
            raise v.ValidationError(_("Choose one: several records are named “%(name)s”.", name=text))
        if matches and self.kinds == ("person",) and self.new_offers:
            raise v.ValidationError(_("Choose the person or create a new one."))
        only_kind = self.kinds[0] if len(self.kinds) == 1 else ""
        message = NO_MATCH.get(only_kind, NO_MATCH_OF_ANY_KIND)
        raise v.ValidationError(_(message.text, name=text))

    def _find_rows(self, text: str, *, typos: bool = True) -> list[SearchResult]:
        return [row for row in search.search(g.actor, text, self.kinds, typos=typos) if not row.archived]

    def _add_offers(self, rows: Sequence[SearchResult]) -> None:
        offered = {row.id for row in self.offers}
        self.offers = [*self.offers, *(row for row in rows if row.id not in offered)]

    def _visible_records(self, ids: Sequence[int]) -> list[ChosenRecord]:
        ids = [i for i in ids if 0 < i < 2**31]
        rows = read_visible_names(g.actor, self.accepted_kinds, ids=ids) if ids else ()
        by_id = {row.id: ChosenRecord(*row) for row in rows}
        return [by_id[i] for i in ids if i in by_id]

    def names_of(self, value: Any) -> str:
        """Return the names of the records with these ids, as far as the actor may see them."""
        ids = value if isinstance(value, list | tuple) else [value]
        return ", ".join(row.label or row.native_label for row in self._visible_records(ids))

    def __iter__(self) -> Iterator[ChosenRecord]:
        return iter(self.records)
