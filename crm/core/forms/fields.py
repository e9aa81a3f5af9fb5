"""Form fields and validators."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import wtforms as w
from email_validator import EmailNotValidError, validate_email
from wtforms import validators as v

from crm.core.forms.decimals import read_number, read_percent
from crm.core.forms.messages import CHOOSE_ONE, INVALID_DATE, INVALID_TIME, TOO_LARGE, UNSUPPORTED_YEAR
from crm.core.forms.params import is_known_year
from crm.core.i18n import formats
from crm.core.texts import clean_line, clean_text
from crm.core.words import LabeledEnum, _


def strip_text(value: str | None) -> str | None:
    """Return a text of several lines cleaned for storage (`texts.clean_text`); None when nothing visible is left."""
    return clean_text(value) or None if isinstance(value, str) else value


def on_one_line(value: str | None) -> str | None:
    """Return a text of one line cleaned for storage (`texts.clean_line`)."""
    return clean_line(value) if isinstance(value, str) else value


def is_one_line(kind: type[w.Field]) -> bool:
    """Return whether a field is for one line of plain text: not a hidden or secret one."""
    return issubclass(kind, w.StringField) and not issubclass(kind, w.TextAreaField | w.HiddenField | w.PasswordField)


LARGEST_INTEGER = 2**63 - 1


def check_email(text: str) -> None:
    """Raise ValidationError with a message that says what to enter if a text isn't an email address."""
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        raise v.ValidationError(_("Enter an email address, such as name@example.org.")) from None


class EmailAddress:
    """Validator: one email address, checked without network access."""

    def __call__(self, form: w.Form, field: w.Field) -> None:  # noqa: ARG002
        """Raise ValidationError with a message that says what to enter."""
        check_email(field.data or "")


class WebAddress:
    """Validator: an http or https URL; a bare host gets https."""

    def __call__(self, form: w.Form, field: w.Field) -> None:  # noqa: ARG002
        """Raise ValidationError for other schemes."""
        text = field.data or ""
        if "://" not in text and re.fullmatch(r"[^\s:]+\.[^\s:]+", text):
            field.data = f"https://{text}"
        elif not re.fullmatch(r"https?://[^\s]+", text):
            raise v.ValidationError(_("Enter a web address, such as https://example.org."))


class OptionalInput(v.Optional):
    """Validator: the field may be empty; further checks of an empty or invisible text are skipped."""

    def __call__(self, form: w.Form, field: w.Field) -> None:
        """Raise StopValidation when nothing visible was entered."""
        super().__call__(form, field)
        if isinstance(field, w.StringField) and field.data is None:
            field.errors = []
            raise v.StopValidation


class SupportedYear:
    """Validator: a date in the years that are supported."""

    def __call__(self, form: w.Form, field: w.Field) -> None:  # noqa: ARG002
        """Raise ValidationError outside 1900 to 2100."""
        if isinstance(field.data, date) and not is_known_year(field.data):
            raise v.ValidationError(str(UNSUPPORTED_YEAR))


class InRange(v.NumberRange):
    """Validator: a number in a range. Other texts already have an error."""

    def __call__(self, form: w.Form, field: w.Field) -> None:
        """Raise ValidationError outside the range."""
        if field.data is not None:
            super().__call__(form, field)


class IntegerField(w.IntegerField):
    """A whole number of at most 64 bits: larger ones would break computations.

    Its input takes any text: browsers drop letters from inputs of the type "number", and "2O" would become 2.
    """

    widget = w.widgets.TextInput()
    data: Any

    def __init__(self, *args: Any, **kw: Any) -> None:
        if "widget" not in kw:  # A hidden input has neither.
            kw["render_kw"] = {"inputmode": "numeric", "autocomplete": "off"} | (kw.get("render_kw") or {})
        super().__init__(*args, **kw)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse "15" and "1,200"."""
        super().process_formdata([self._to_digits(text) for text in valuelist])
        if self.data is not None and abs(self.data) > LARGEST_INTEGER:
            self.data = None
            raise ValueError(str(TOO_LARGE))

    def _to_digits(self, text: str) -> str:
        return read_number(text)


class WholePercentField(IntegerField):
    """A percentage without decimals, with or without its sign."""

    def _to_digits(self, text: str) -> str:
        return read_percent(text)


class DateField(w.DateField):
    """A date of the years 1900 to 2100, with an error that shows the format."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse "2026-12-08" or the reader's "12/08/2026".

        Another year leaves no data, so that nothing computes with it. A field that was not sent keeps its default.
        """
        if not valuelist:
            return
        self.data = None
        if not valuelist[0].strip():
            return
        try:
            value = formats.parse_day(valuelist[0])
        except ValueError:
            raise ValueError(str(INVALID_DATE)) from None
        if not is_known_year(value):
            raise ValueError(str(UNSUPPORTED_YEAR))
        self.data = value


class TimeField(w.TimeField):
    """A time of day, with an error that shows the format."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse "17:00", "17:00:00" as some browsers send it, and "5:00 PM"."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            self.data = formats.parse_time(valuelist[0])
        except ValueError:
            self.data = None
            raise ValueError(str(INVALID_TIME)) from None


class CodeField(w.SelectField):
    """A choice from a closed list; the data is the enum member, an empty choice is None."""

    def __init__(
        self, label: object = None, validators: Any = None, *, enum: type[LabeledEnum], blank: object = None, **kw: Any
    ) -> None:
        """Create the field; `only` are the members it offers, all by default. `blank` labels the empty choice."""
        self.enum = enum
        choices = [w.SelectChoice(member.value, member.label) for member in kw.pop("only", enum)]
        if blank is not None:
            choices.insert(0, w.SelectChoice("", blank))
        super().__init__(label, validators, choices=choices, coerce=self._to_member, **kw)

    def _to_member(self, value: Any) -> LabeledEnum | None:
        if isinstance(value, LabeledEnum):
            return value
        return self.enum.from_code(value) if value else None

    def iter_choices(self) -> Any:
        """Compare by code, so that the chosen member is selected."""
        chosen = self.data.value if isinstance(self.data, LabeledEnum) else ""
        for choice in self.choices:
            yield w.Choice(choice.value, choice.label, choice.value == chosen, choice.render_kw or {})

    def pre_validate(self, form: w.Form) -> None:  # noqa: ARG002
        """Refuse a code that is not offered."""
        offered = {choice.value for choice in self.choices}
        if (self.data.value if isinstance(self.data, LabeledEnum) else "") not in offered:
            raise v.ValidationError(str(CHOOSE_ONE))

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse a code."""
        if not valuelist:
            return
        try:
            self.data = self._to_member(valuelist[0])
        except ValueError:
            raise ValueError(str(CHOOSE_ONE)) from None


class MultiCodeField(w.SelectMultipleField):
    """Several choices from a closed list as checkboxes; the data is a list of codes, `chosen` the enum members."""

    def __init__(self, label: object, enum: type[LabeledEnum], **kw: Any) -> None:
        choices = [w.SelectChoice(member.value, member.label) for member in enum]
        super().__init__(label, choices=choices, coerce=lambda x: getattr(x, "value", x), **kw)
        self.enum = enum

    @property
    def chosen(self) -> list[Any]:
        """The enum members that are checked."""
        return [self.enum.from_code(code) for code in self.data or []]
