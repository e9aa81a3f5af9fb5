"""Texts for people: marked in the code, translated when shown. Pure: independent of the web framework."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, Self

SEPARATOR = "\N{NO-BREAK SPACE}· "
"""What separates facts in a line, which may break after the dot, never before it."""


def _choose(one: str, many: str, num: int) -> str:
    return one if num == 1 else many


_translate: Callable[[str], str] = str
_translate_plural: Callable[[str, str, int], str] = _choose
_format_number: Callable[[int], str] = str


def use_translator(translate: Callable[[str], str], translate_plural: Callable[[str, str, int], str]) -> None:
    """Set the translator; the application sets it at startup, tests and scripts keep English."""
    global _translate, _translate_plural
    _translate, _translate_plural = translate, translate_plural


def use_number_format(format_number: Callable[[int], str]) -> None:
    """Set how numbers are written in texts; the application sets it at startup."""
    global _format_number  # noqa: PLW0603 - one format per process, set once at start
    _format_number = format_number


class Lazy:
    """A marked text with its values; `str()` returns it in the current language."""

    __slots__ = ("text", "values")

    def __init__(self, text: str, **values: Any) -> None:
        self.text = text
        self.values = values

    def __str__(self) -> str:
        text = _translate(self.text)
        return text % self.values if self.values else text

    def __html__(self) -> str:
        from markupsafe import escape  # noqa: PLC0415 - only templates need it

        return str(escape(str(self)))

    def __repr__(self) -> str:
        return f"Lazy({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, Lazy | str) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)

    def __mod__(self, values: Any) -> str:
        return str(str(self) % values)

    def __len__(self) -> int:
        return len(str(self))

    def __add__(self, other: str) -> str:
        return str(self) + other

    def __radd__(self, other: str) -> str:
        return other + str(self)


def _l(text: str, **values: Any) -> Lazy:
    """Mark a text that is translated when shown."""
    return Lazy(text, **values)


class LazyInContext(Lazy):
    """A marked text that has another meaning elsewhere; catalogs have it under its context."""

    __slots__ = ("context",)

    def __init__(self, context: str, text: str) -> None:
        super().__init__(text)
        self.context = context

    def __str__(self) -> str:
        return translate_in_context(self.context, self.text)


def translate_in_context(context: str, text: str) -> str:
    """Return the translation of a text under its context; the text itself without one."""
    key = f"{context}\x04{text}"  # the key of gettext's catalogs
    translated = _translate(key)
    return text if translated == key else translated


def _p(context: str, text: str) -> Lazy:
    """Mark a text that is translated when shown, and that means something else without this context."""
    return LazyInContext(context, text)


def _(text: str, **values: Any) -> str:
    """Translate a text now."""
    return str(Lazy(text, **values))


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """Translate a text with a number now; `%(num)s` is the number as the reader writes it, such as "1,240"."""
    return _translate_plural(one, many, num) % plural_values(num, values)


def join_facts(facts: Iterable[object]) -> str:
    """Return facts in one line, without those that are empty: "due Tue, Mar 10 · 2nd try"."""
    return SEPARATOR.join(str(fact) for fact in facts if fact)


def confidential_note(count: int) -> str:
    """Return how many confidential records a number leaves out: "+2 confidential"; "" for none."""
    return _("+%(n)s confidential", n=count) if count else ""


def plural_values(num: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a text with a number."""
    return {"num": _format_number(num), **values}


class LabeledEnum(Enum):
    """A closed list of codes with labels: `held = "held", _l("Held")`; the value is the code.

    Codes are stored and in addresses; a member gets a better name without a new code.
    """

    label: Lazy

    def __new__(cls, code: str, label: Lazy, *_extra: Any) -> Self:
        """Set the code as the value and the label beside it."""
        word = object.__new__(cls)
        word._value_ = code
        word.label = label
        return word

    # Faster than the hash of an enum, which is computed in Python from the name.
    __hash__ = object.__hash__

    def __str__(self) -> str:
        return str(self.label)

    @property
    def short_label(self) -> Lazy:
        """Return the label for a column whose heading says what it is about."""
        return self.label

    @classmethod
    def from_code(cls, code: str) -> Self:
        """Return the member with a code. Raises ValueError for an unknown one."""
        return cls(code)  # type: ignore[call-arg]
