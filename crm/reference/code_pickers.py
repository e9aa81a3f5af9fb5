"""A field for a code of a code list: typed as a code, or found by words of its title."""

from __future__ import annotations

from typing import Any, NamedTuple

import wtforms as w
from wtforms import validators as v

from crm.core.forms.pick_widget import PickWidget
from crm.core.forms.pickers import TYPED
from crm.core.texts import clean_line
from crm.core.words import _, _l

from .codes import CODE_DIGITS, CodeEntry, CodeList, find_code, find_codes

MAX_CHARS = 200
MAX_OFFERS = 8


class CodeChoiceRow(NamedTuple):
    """A code as the picker shows it; one that isn't in the list has no title."""

    id: str
    label: str
    native_label: str = ""


class CodePickField(w.Field):
    """A code of six digits or None. Codes that aren't in the list are accepted: lists change, and national ones differ.

    A typed text that isn't a code is accepted if only one code has its words; otherwise the error offers the matches.
    """

    widget = PickWidget()
    many = False
    maker_offers: tuple[Any, ...] = ()
    new_records: tuple[Any, ...] = ()
    new_offers: tuple[Any, ...] = ()
    add_links: tuple[Any, ...] = ()

    def __init__(self, label: object = None, validators: Any = None, *, code_list: CodeList, **kw: Any) -> None:
        self.code_list = code_list
        self.url = f"/lists/codes/{code_list.name}"
        self.typed: list[str] = []
        self.offers: list[CodeChoiceRow] = []
        kw["render_kw"] = {"data-url": self.url, "data-placeholder": _l("Code or word")} | (kw.get("render_kw") or {})
        super().__init__(label, validators, **kw)

    @property
    def blanks(self) -> list[str]:
        """The text of the text input."""
        return self.typed or [""]

    @property
    def records(self) -> list[CodeChoiceRow]:
        """The chosen code."""
        if not self.data:
            return []
        entry = find_code(self.code_list, self.data)
        return [_row(entry) if entry else CodeChoiceRow(self.data, self.data)]

    def process(self, formdata: Any, data: Any = w.utils.unset_value, extra_filters: Any = None) -> None:
        """Read the typed text beside the chosen code."""
        if formdata is not None:
            self.typed = [t for text in formdata.getlist(self.name + TYPED) if (t := clean_line(text)[:MAX_CHARS])]
        super().process(formdata, data, extra_filters)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a code. Without script a radio button comes after the select, so the last value counts."""
        values = [code for text in valuelist if (code := _digits(clean_line(text)))]
        if valuelist or self.typed:
            self.data = values[-1] if values else None

    def pre_validate(self, form: w.Form) -> None:  # noqa: ARG002
        """Resolve the typed text. Raises ValidationError if it means no code or several, or if a code isn't valid."""
        chosen = self.data
        for text in self.typed[:1]:
            if chosen and chosen in {entry.code for entry in find_codes(self.code_list, text)}:
                continue
            self.data = self._find_meant_code(text)
        self.typed = []
        if self.data and not (self.data.isascii() and self.data.isdigit() and len(self.data) == CODE_DIGITS):
            self.typed, self.data = [self.data[:MAX_CHARS]], None
            raise v.ValidationError(_("Enter six digits, or choose a code from the list."))

    def _find_meant_code(self, text: str) -> str:
        digits = _digits(text)
        if digits.isascii() and digits.isdigit() and len(digits) == CODE_DIGITS:
            return digits
        matches = find_codes(self.code_list, text)
        exact = [entry for entry in matches if entry.title.casefold() == text.casefold()]
        for only in (exact, matches):
            if len(only) == 1:
                return only[0].code
        self.offers, self.data = [_row(entry) for entry in matches[:MAX_OFFERS]], None
        if matches:
            raise v.ValidationError(_("Choose one: several codes match “%(typed)s”.", typed=text))
        raise v.ValidationError(_("No code matches “%(typed)s”. Enter six digits or other words.", typed=text))

    def names_of(self, value: Any) -> str:
        """Return the code with its title."""
        entry = find_code(self.code_list, value)
        return entry.label if entry else str(value or "")


def _digits(text: str) -> str:
    """Return a code without dots and spaces."""
    return text.replace(".", "").replace(" ", "")


def _row(entry: CodeEntry) -> CodeChoiceRow:
    return CodeChoiceRow(entry.code, entry.label)
