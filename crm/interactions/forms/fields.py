"""Fields of the log form: names of new people or organizations."""

from __future__ import annotations

from typing import Any, NamedTuple

import wtforms as w
from flask import g
from werkzeug.datastructures import MultiDict
from wtforms import validators as v

from crm.core.forms.pickers import BLANKS, PickField
from crm.core.search import search
from crm.core.search.search import SearchResult
from crm.core.texts import clean_line
from crm.people.queries import load_affiliations

NEW = "-new"
OFFERED = "-offered"
ANSWER = "-answer"
"""Suffix, before a number, of the radio buttons of a question which record a name means."""
NEW_ANSWER = "new:name:"
"""Begins the answer that a name means none of the records, but a new one."""
MAX_CANDIDATES = 6
MAX_NEW_PEOPLE = 12


class NameQuestion(NamedTuple):
    """A typed name, the people it may mean, and the current organization of each by person id.

    `has_one_answer`: the candidates have this name, so it means one of them; else it is the name of something that they
    have a part in, such as a show, and may stand for several.
    """

    text: str
    candidates: list[SearchResult]
    organization_names: dict[int, str]
    has_one_answer: bool

    @property
    def new_value(self) -> str:
        """The answer that none of them is meant."""
        return NEW_ANSWER + self.text


def build_name_question(text: str, candidates: list[SearchResult], *, has_one_answer: bool = True) -> NameQuestion:
    """Build the question which person a name means; without `has_one_answer` it may mean several."""
    positions_by_person = load_affiliations(g.actor, [result.id for result in candidates])
    organizations = {
        i: next((position.organization for position in positions if not position.to_on), "")
        for i, positions in positions_by_person.items()
    }
    return NameQuestion(text, candidates, organizations, has_one_answer)


def _name_of(text: str) -> str:
    """Return the name of "Li Hui <li@example.com>", as pasted emails have it."""
    return text.partition(" <")[0]


class NewPickField(PickField):
    """A picker that offers a checkbox to add a typed name it does not know.

    A checked name that was corrected in its input no longer counts. `adding`: checked new names. `confirmed`: those
    whose checkbox was checked. `questions`: names that may mean existing records, each with its candidates (only where
    many may be chosen). `offered`: names that the user may add. With `freely` a name that resembles no other is added
    without a checkbox.
    """

    def __init__(self, *args: Any, freely: bool = False, **kw: Any) -> None:
        self.freely = freely
        self.checked: list[str] = []
        self.confirmed: list[str] = []
        self.offered: list[str] = []
        self.adding: list[str] = []
        self.unknown_names: list[str] = []
        self.questions: list[NameQuestion] = []
        super().__init__(*args, **kw)

    @property
    def blanks(self) -> list[str]:
        """Texts of the inputs to type into: new names, so that they can be corrected, and names without a question."""
        question_texts = {each.text for each in self.questions}
        typed = [*self.adding, *(text for text in self.typed if text not in question_texts)]
        return typed + [""] * (max(1, BLANKS - len(typed)) if self.many else 1 - len(typed))

    @property
    def answer_name(self) -> str:
        """What the names of the radio buttons of its questions begin with."""
        return self.name + ANSWER

    def process(self, formdata: Any, data: Any = w.utils.unset_value, extra_filters: Any = None) -> None:
        """Read the checked new names."""
        if formdata is not None:
            formdata = self._with_answers(formdata)
            checked = [t for text in formdata.getlist(self.name + NEW) if (t := clean_line(text)[:200])]
            self.checked = list(dict.fromkeys(checked))[:MAX_NEW_PEOPLE]
            offered = [t for text in formdata.getlist(self.name + OFFERED) if (t := clean_line(text)[:200])]
            self.offered = list(dict.fromkeys(offered))[:MAX_NEW_PEOPLE]
        super().process(formdata, data, extra_filters)
        if self.typed:
            self.checked = [text for text in self.checked if text in (*self.typed, *self.offered)]
        self.confirmed = self.checked
        # The service creates the people and organizations, with the employer and the team of the interaction.
        self.checked = list(dict.fromkeys([*self.checked, *(new.name for new in self.new_records)]))[:MAX_NEW_PEOPLE]
        self.new_records = []

    def _with_answers(self, formdata: Any) -> Any:
        """Return the form with the answers to questions as chosen records and checked new names."""
        answers = [x for name in formdata if name.startswith(self.answer_name) for x in formdata.getlist(name)]
        if not answers:
            return formdata
        result = MultiDict(formdata)
        for answer in answers:
            result.add(self.name + NEW if answer.startswith(NEW_ANSWER) else self.name, answer.removeprefix(NEW_ANSWER))
        return result

    def pre_validate(self, form: w.Form) -> None:
        """Look up the typed names. Raises ValidationError for an unknown name that is not checked."""
        self.adding = list(self.checked)
        self.typed = [text for text in self.typed if text not in self.adding]
        try:
            super().pre_validate(form)
        except v.ValidationError:
            self.new_offers = []
            # The first remaining name is the one that could not be resolved.
            uncertain = self.typed[:1] if self.offers else []
            self.unknown_names = [t for t in self.typed if t in uncertain or not self._search(t)]
            if self.freely and self.unknown_names and not self.offers:
                self._add_without_checkbox()
                return
            if self.many:
                self._ask_each()
            raise

    def _ask_each(self) -> None:
        """Build one question for each ambiguous name."""
        self.questions, self.offers = [], []
        for text in self.typed:
            matches = self._search_names(text)
            if rows := matches or self._search(text):
                self.questions.append(build_name_question(text, rows, has_one_answer=bool(matches)))

    def _add_without_checkbox(self) -> None:
        """Add names that resemble no existing one."""
        self.adding += self.unknown_names
        self.typed = [text for text in self.typed if text not in self.unknown_names]
        self.unknown_names = []

    def _is_resolved(self, text: str) -> bool:
        return super()._is_resolved(_name_of(text))

    def _search(self, text: str) -> list[SearchResult]:
        """Return the records of a name, else those that have a part in something of this name."""
        return self._search_names(text) or search.find_candidates(g.actor, _name_of(text), self.kinds, MAX_CANDIDATES)

    def _search_names(self, text: str) -> list[SearchResult]:
        results = search.search(g.actor, _name_of(text), self.kinds, limit=MAX_CANDIDATES, typos=False)
        return [row for row in results if not row.archived]
