"""Select fields whose choices are loaded when they are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import wtforms as w
from flask import g
from markupsafe import Markup, escape
from wtforms import validators as v

from crm.core.forms.choice_sources import (
    country_choices,
    currency_choices,
    hour_choices,
    language_choices,
    name_team,
    name_user,
    shipped_language_choices,
    team_choices,
    user_choices,
    zone_choices,
)
from crm.core.i18n import formats
from crm.core.words import _


class ChoiceSelect(w.widgets.Select):
    """A select whose options are rendered directly: a page has hundreds, none of them with attributes."""

    @classmethod
    def render_option(cls, choice: w.Choice, **kwargs: Any) -> Any:
        """Render one option, the same as the library does."""
        if choice.render_kw or kwargs:
            return super().render_option(choice, **kwargs)
        chosen = " selected" if choice.selected else ""
        label = escape(choice.label or choice.value)
        chosen += formats.lang_attribute(label)
        return Markup(f'<option{chosen} value="{escape(choice.value)}">{label}</option>')  # noqa: S704 - escaped


class CodeChoice(w.SelectField):
    """A select with lazily loaded choices. Empty is None; a stored value that is no longer offered is kept."""

    widget = ChoiceSelect()

    def __init__(
        self,
        label: object = None,
        validators: Any = None,
        *,
        load: Callable[[], Sequence[tuple[Any, str]]],
        blank: object,
        number: bool = False,
        write: Callable[[str], str] = str,
        **kw: Any,
    ) -> None:
        """Create the field; `load` returns values and labels, `write` the text of a stored value not among them.

        `blank` True offers an empty choice; a text is its label.
        """
        self.blank, self.number, self.write = blank, number, write
        super().__init__(label, validators, choices=lambda: self._load_choices(load), coerce=self._read, **kw)

    def _read(self, value: Any) -> Any:
        if value is None or value == "":
            return None
        return int(value) if self.number else value

    def _load_choices(self, load: Callable[[], Sequence[tuple[Any, str]]]) -> list[Any]:
        choices = [w.SelectChoice(str(value), label) for value, label in load()]
        if self.blank:
            choices.insert(0, w.SelectChoice("", "" if self.blank is True else self.blank))
        return choices

    def iter_choices(self) -> Any:
        """Yield the choices, including the stored value."""
        chosen = "" if self.data is None else str(self.data)
        choices = [(c.value, c.label) for c in self.choices]
        if chosen and self.object_data == self.data and chosen not in [value for value, _label in choices]:
            choices.append((chosen, self.write(chosen)))
        for value, label in choices:
            yield w.Choice(value, label, value == chosen, {})

    def pre_validate(self, form: w.Form) -> None:  # noqa: ARG002
        """Refuse a value that is not offered."""
        if not self._is_offered():
            raise v.ValidationError(_("Choose one from the list."))

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse a value; one that is not offered leaves no data, so that nothing computes with it."""
        if not valuelist:
            return
        try:
            self.data = self._read(valuelist[0])
        except ValueError:
            self.data = None
            raise ValueError(_("Choose one from the list.")) from None
        if not self._is_offered():
            self.data = None
            raise ValueError(_("Choose one from the list."))

    def _is_offered(self) -> bool:
        if self.data is None or self.data == self.object_data:
            return True
        return str(self.data) in [choice.value for choice in self.choices]


class ChoiceSource(NamedTuple):
    """A source of choices: what loads values and labels, whether values are numbers, how to name one not offered."""

    load: Callable[[], Sequence[tuple[Any, str]]]
    number: bool = False
    write: Callable[[str], str] = str


WIDGETS: dict[str, ChoiceSource] = {
    "country": ChoiceSource(country_choices, write=formats.country),
    "zone": ChoiceSource(zone_choices, write=formats.place),
    "currency": ChoiceSource(currency_choices),
    "language": ChoiceSource(language_choices, write=formats.language_name),
    "own language": ChoiceSource(shipped_language_choices, write=formats.language_name),
    "hour": ChoiceSource(hour_choices, number=True),
    "team": ChoiceSource(lambda: team_choices(g.actor), number=True, write=lambda text: name_team(int(text))),
    "user": ChoiceSource(lambda: user_choices(g.actor), number=True, write=lambda text: name_user(g.actor, int(text))),
}
"""Widget of a column -> source of its choices."""
