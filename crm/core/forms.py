"""Forms: fields made from the columns they edit, and the parent of every form."""

from __future__ import annotations

import re
import uuid
from datetime import date, time
from decimal import Decimal
from typing import Any, Self

import sqlalchemy as sa
import wtforms as w
from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from sqlalchemy.orm import InstrumentedAttribute
from wtforms import validators as v

from .choices import WIDGETS, CodeChoice
from .db import Instant, new_uid
from .words import Word, _, _l

FIRST_YEAR, LAST_YEAR = 1900, 2100


def stripped(value: str | None) -> str | None:
    """White space at the ends goes, inner line ends become plain, an empty text is None."""
    if not isinstance(value, str):
        return value
    return value.replace("\r\n", "\n").strip() or None


def public_id(text: str | None) -> str | None:
    """An identifier as forms carry it; of another text one is made, always the same."""
    if not text:
        return None
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, text))


class EmailAddress:
    """One mailbox, checked without asking the network."""

    def __call__(self, form: w.Form, field: w.Field) -> None:  # noqa: ARG002
        """Raise ValidationError with a sentence that says what to write."""
        try:
            validate_email(field.data or "", check_deliverability=False)
        except EmailNotValidError:
            raise v.ValidationError(_("Write one address, such as name@example.org.")) from None


class WebAddress:
    """An http or https address; a bare host is taken as https."""

    def __call__(self, form: w.Form, field: w.Field) -> None:  # noqa: ARG002
        """Raise ValidationError for other schemes."""
        text = field.data or ""
        if "://" not in text and re.fullmatch(r"[^\s:]+\.[^\s:]+", text):
            field.data = f"https://{text}"
        elif not re.fullmatch(r"https?://[^\s]+", text):
            raise v.ValidationError(_("Write a web address, such as https://example.org."))


class KnownYear:
    """A date that can be meant."""

    def __call__(self, form: w.Form, field: w.Field) -> None:  # noqa: ARG002
        """Raise ValidationError outside 1900 to 2100."""
        if isinstance(field.data, date) and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
            raise v.ValidationError(_("Write a year between 1900 and 2100."))


class DateField(w.DateField):
    """A date, with an error that says how to write it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read `2026-12-08`."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write the date as year-month-day, such as 2026-12-08.")) from None


class TimeField(w.TimeField):
    """A time of day, with an error that says how to write it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read `17:00`, and `17:00:00` as browsers with seconds send it."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            self.data = time.fromisoformat(valuelist[0].strip()).replace(second=0, microsecond=0, tzinfo=None)
        except ValueError:
            self.data = None
            raise ValueError(_("Write the time as hours and minutes, such as 17:00.")) from None


class CodeField(w.SelectField):
    """A choice from a closed list; the data is the word itself, an empty choice is None."""

    def __init__(
        self, label: object = None, validators: Any = None, *, words: type[Word], blank: object = None, **kw: Any
    ) -> None:
        self.words = words
        choices = [w.SelectChoice(word.value, word.label) for word in kw.pop("only", words)]
        if blank is not None:
            choices.insert(0, w.SelectChoice("", blank))
        super().__init__(label, validators, choices=choices, coerce=self._word, **kw)

    def _word(self, value: Any) -> Word | None:
        return value if value is None or isinstance(value, Word) else self.words.named(value) if value else None

    def iter_choices(self) -> Any:
        """Compare by code, so that the chosen word is marked."""
        chosen = self.data.value if isinstance(self.data, Word) else ""
        for choice in self.choices:
            yield w.Choice(choice.value, choice.label, choice.value == chosen, choice.render_kw or {})

    def pre_validate(self, form: w.Form) -> None:  # noqa: ARG002
        """Refuse a code that is not offered."""
        offered = {choice.value for choice in self.choices}
        if (self.data.value if isinstance(self.data, Word) else "") not in offered:
            raise v.ValidationError(_("Choose one of the list."))

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a code."""
        if not valuelist:
            return
        try:
            self.data = self._word(valuelist[0])
        except ValueError:
            raise ValueError(_("Choose one of the list.")) from None


class ManyCodes(w.SelectMultipleField):
    """Several of a closed list as ticks; the data is a list of codes, `chosen` the words."""

    def __init__(self, label: object, words: type[Word], **kw: Any) -> None:
        choices = [w.SelectChoice(word.value, word.label) for word in words]
        super().__init__(label, choices=choices, coerce=lambda x: getattr(x, "value", x), **kw)
        self.words = words

    @property
    def chosen(self) -> list[Any]:
        """The words ticked."""
        return [self.words.named(code) for code in self.data or []]


def of(attribute: Any, **override: Any) -> Any:
    """Make the form field of a mapped column: label, limits, choices and whether it must be filled.

    `required=True|False` overrides what the column says; other keywords go to the field.
    """
    column: sa.Column[Any] = _column(attribute)
    info = column.info
    needed = override.pop(
        "required", not column.nullable and column.default is None and not isinstance(column.type, sa.Boolean)
    )
    rules: list[Any] = [v.InputRequired(_l("Fill this in.")) if needed else v.Optional()]
    kw: dict[str, Any] = {"label": info["label"], "description": info.get("hint", "")}
    made = _made_of(column, rules, kw, needed=needed)
    _keep_default(column, kw, needed=needed)
    return made(**(kw | {"validators": rules} | override))


def _keep_default(column: sa.Column[Any], kw: dict[str, Any], *, needed: bool) -> None:
    """Take the default for what is left empty where the column must hold something."""
    default = column.default
    if not (column.nullable or needed) and isinstance(default, sa.ColumnDefault) and default.is_scalar:
        kw["filters"] = [*kw.get("filters", ()), lambda value: default.arg if value is None else value]


def _column(attribute: InstrumentedAttribute[Any]) -> sa.Column[Any]:
    for cls in attribute.class_.__mro__:
        table = getattr(cls, "__table__", None)
        if table is not None and attribute.key in table.c and "label" in table.c[attribute.key].info:
            found: sa.Column[Any] = table.c[attribute.key]
            return found
    raise TypeError(f"{attribute} has no label")


def _made_of(column: sa.Column[Any], rules: list[Any], kw: dict[str, Any], *, needed: bool) -> Any:
    """Choose the field class, and add to its rules and keywords what the column says."""
    kind, widget = column.type, column.info.get("widget", "")
    if isinstance(column.default, sa.ColumnDefault) and column.default.is_scalar:
        kw["default"] = column.default.arg
    if widget in WIDGETS:
        ask, number = WIDGETS[widget]
        kw |= {"ask": ask, "blank": not needed and column.nullable, "number": number}
        return CodeChoice
    if isinstance(kind, sa.Enum):
        kw |= {"words": kind.enum_class, "blank": None if needed or not column.nullable else ""}
        return CodeField
    if isinstance(kind, Instant):
        raise TypeError(f"{column} is a moment: a form asks for day, time and zone")
    for python, made, rule in PLAIN:
        if isinstance(kind, python):
            rules[:] = [] if made is w.BooleanField else [*rules, *rule]
            if made is w.DecimalField:
                kw["places"] = None
                rules.append(_number_range(kind, widget))
            return made
    if needed:
        # White space alone is no answer.
        rules[:] = [v.DataRequired(_l("Fill this in."))]
    return _text_field(kind, widget, rules, kw)


PLAIN: tuple[tuple[Any, Any, list[Any]], ...] = (
    (sa.Boolean, w.BooleanField, []),
    (sa.Date, DateField, [KnownYear()]),
    (sa.Numeric, w.DecimalField, []),
    (sa.Integer, w.IntegerField, [v.NumberRange(-(2**31), 2**31 - 1, _l("That number is too large."))]),
)
"""Column type, field class, further rules."""
LONGEST_TEXT = 20_000


def _number_range(kind: sa.Numeric[Any], widget: str) -> v.NumberRange:
    """What the column can hold: PostgreSQL refuses one digit more, SQLite would keep it."""
    if widget == "percent":
        return v.NumberRange(0, 100, _l("Write a number from 0 to 100."))
    last = Decimal(10) ** ((kind.precision or 14) - (kind.scale or 0)) - Decimal(1) / 10 ** (kind.scale or 0)
    return v.NumberRange(-last, last, _l("That number is too large."))


def _text_field(kind: Any, widget: str, rules: list[Any], kw: dict[str, Any]) -> Any:
    limit = getattr(kind, "length", None) or LONGEST_TEXT
    kw["filters"] = [stripped]
    # A check may lengthen what was typed: the length comes last.
    if widget in ("email", "url"):
        rules.append(EmailAddress() if widget == "email" else WebAddress())
    rules.append(v.Length(max=limit, message=_l("Write at most %(max)d characters.")))
    if widget in ("email", "url"):
        return w.EmailField if widget == "email" else w.URLField
    return w.TextAreaField if isinstance(kind, sa.Text) or widget == "area" else w.StringField


class Form(FlaskForm):
    """Parent of every form that changes something.

    A form that creates carries `uid`, so that a repeated submit is known; one that edits carries `version`: that of
    `obj`, or of the record it is `part_of`. `on_post` (core.web) checks both.
    """

    uid = w.HiddenField(filters=[public_id])
    version = w.HiddenField()
    conflict: list[tuple[str, str]]
    problem: object | None = None

    def __init__(self, *args: Any, obj: Any = None, part_of: Any = None, **kw: Any) -> None:
        if part_of is not None:
            kw["version"] = part_of.version
        super().__init__(*args, obj=obj, **kw)
        self.edited = obj
        self.versioned = obj if part_of is None else part_of
        self.conflict = []
        if obj is None and not self.uid.data:
            self.uid.data = new_uid()

    def values(self) -> dict[str, Any]:
        """What was filled in, by field name, less the hidden ones."""
        return {k: x for k, x in self.data.items() if k not in ("csrf_token", "uid", "version", "submit")}

    def checked(self) -> Self:
        """The form itself, valid. Raises Invalid on what is wrong."""
        from .errors import Invalid  # noqa: PLC0415

        if not self.validate_on_submit():
            raise Invalid(_("Something is missing or wrong."))
        return self

    def refuse(self, message: object, name: str | None) -> None:
        """Put an error on the field `name`, or on the whole form."""
        found = self._fields.get(name or "")
        if found is None:
            self.problem = message
        else:
            found.errors = [*found.errors, message]
