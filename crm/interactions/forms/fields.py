"""Fields of the log form: minutes, and names that may be new."""

from __future__ import annotations

from typing import Any, NamedTuple

import wtforms as w
from flask import g
from wtforms import validators as v

from crm.core.forms.pickers import BLANKS, PickField
from crm.core.search import search
from crm.core.search.search import SearchResult
from crm.core.texts import clean_line
from crm.core.words import _, _l
from crm.people.queries import load_affiliations

NEW = "-new"
MAX_CANDIDATES = 6
MAX_NEW_PEOPLE = 12
MAX_MINUTES = 24 * 60


class MinutesField(w.IntegerField):
    """Minutes from 0 to 1440; empty is None."""

    def __init__(self, label: object = None, validators: Any = None, **kw: Any) -> None:
        bounds = v.NumberRange(0, MAX_MINUTES, _l("Enter minutes from 0 to 1440, such as 15."))
        super().__init__(label, [v.Optional(), bounds, *(validators or ())], **kw)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a whole number: what was typed, else the chip that was chosen, which stands before it."""
        text = next((x.strip() for x in reversed(valuelist) if x.strip()), "")
        if not text:
            self.data = None
            return
        try:
            self.data = int(text[:9])
        except ValueError:
            self.data = None
            raise ValueError(_("Enter minutes as a number, such as 15.")) from None


class NameQuestion(NamedTuple):
    """A name that several may bear, those who do, and the firm at which each works."""

    text: str
    candidates: list[SearchResult]
    organization_names: dict[int, str]


def build_name_question(text: str, candidates: list[SearchResult]) -> NameQuestion:
    """Ask who is meant by a name."""
    jobs = load_affiliations(g.actor, [result.id for result in candidates])
    organizations = {
        i: next((job.organization for job in jobs_held if not job.to_on), "") for i, jobs_held in jobs.items()
    }
    return NameQuestion(text, candidates, organizations)


def _name_of(text: str) -> str:
    """The name in "Li Hui <li@example.com>", as a pasted mail gives it."""
    return text.partition(" <")[0]


class NewPickField(PickField):
    """A picker whose typed names may be added as new ones: a name that is not settled is offered as a tick.

    `adding` are those that were ticked, `asked` the names that may be somebody known, each with its own offers, where
    many may be chosen; `freely` takes a name like no other without a tick.
    """

    def __init__(self, *args: Any, freely: bool = False, **kw: Any) -> None:
        self.freely = freely
        self.ticked: list[str] = []
        self.adding: list[str] = []
        self.unknown_names: list[str] = []
        self.questions: list[NameQuestion] = []
        super().__init__(*args, **kw)

    @property
    def blanks(self) -> list[str]:
        """The inputs to type into; a name that is asked about has its own place."""
        asked_texts = {each.text for each in self.questions}
        typed = [text for text in self.typed if text not in asked_texts]
        return typed + [""] * (max(1, BLANKS - len(typed)) if self.many else 1 - len(typed))

    def process(self, formdata: Any, data: Any = w.utils.unset_value, extra_filters: Any = None) -> None:
        """Read the ticks beside the names."""
        if formdata is not None:
            ticked = [t for text in formdata.getlist(self.name + NEW) if (t := clean_line(text)[:200])]
            self.ticked = list(dict.fromkeys(ticked))[:MAX_NEW_PEOPLE]
        super().process(formdata, data, extra_filters)

    def pre_validate(self, form: w.Form) -> None:
        """Find what was typed; a name nobody has is an error until its tick is set. Raises ValidationError."""
        self.adding = list(self.ticked)
        self.typed = [text for text in self.typed if text not in self.adding]
        try:
            super().pre_validate(form)
        except v.ValidationError:
            # The first of those left is the one that was not understood.
            doubted = self.typed[:1] if self.offers else []
            self.unknown_names = [t for t in self.typed if t in doubted or not self._search(t)]
            if self.freely and self.unknown_names and not self.offers:
                self._take_freely()
                return
            if self.many:
                self._ask_each()
            raise

    def _ask_each(self) -> None:
        """Ask of each name apart who is meant."""
        self.questions = [build_name_question(text, rows) for text in self.typed if (rows := self._search(text))]
        self.offers = []

    def _take_freely(self) -> None:
        """A name that looks like no other needs no tick."""
        self.adding += self.unknown_names
        self.typed = [text for text in self.typed if text not in self.unknown_names]
        self.unknown_names = []

    def _is_settled(self, text: str) -> bool:
        return super()._is_settled(_name_of(text))

    def _search(self, text: str) -> list[SearchResult]:
        name = _name_of(text)
        results = search.search(g.actor, name, self.kinds, limit=MAX_CANDIDATES, typos=False)
        rows = [row for row in results if not row.archived]
        return rows or search.find_candidates(g.actor, name, self.kinds, MAX_CANDIDATES)
