"""Forms: fields made from the columns they edit, and the base class of every form."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any, Self

import sqlalchemy as sa
import wtforms as w
from flask import request
from flask_wtf import FlaskForm
from wtforms import validators as v

from crm.core.data.base import Instant, Money, new_uid
from crm.core.data.columns import labeled_column
from crm.core.data.together import run_together
from crm.core.errors import Invalid
from crm.core.forms.choices import WIDGETS, CodeChoice
from crm.core.forms.csrf import MaskedTokens
from crm.core.forms.decimals import AmountField, DecimalField, PercentField, round_to
from crm.core.forms.fields import (
    CodeField,
    DateField,
    EmailAddress,
    InRange,
    IntegerField,
    OptionalInput,
    SupportedYear,
    WebAddress,
    WholePercentField,
    is_one_line,
    on_one_line,
    strip_text,
)
from crm.core.forms.messages import TOO_LARGE, FormTranslations
from crm.core.forms.pickers import PickField
from crm.core.words import _, _l


def public_id(text: str | None) -> str | None:
    """Return an identifier of the format that forms carry; another text is always turned into the same one."""
    if not text:
        return None
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, text))


def of(attribute: Any, **override: Any) -> Any:
    """Make the form field of a mapped column: label, limits, choices and whether it is required.

    `required=True|False` overrides the column, `field_class` the class; other keywords go to the field.
    """
    column: sa.Column[Any] = labeled_column(attribute)
    info = column.info
    needed = override.pop(
        "required", not column.nullable and column.default is None and not isinstance(column.type, sa.Boolean)
    )
    rules: list[Any] = [v.InputRequired(_l("This field is required.")) if needed else OptionalInput()]
    kw: dict[str, Any] = {"label": info["label"], "description": info.get("hint", "")}
    chosen_class = _choose_field(column, rules, kw, needed=needed)
    field_class = override.pop("field_class", chosen_class)
    _keep_default(column, kw, needed=needed)
    return field_class(**(kw | {"validators": rules} | override))


def _keep_default(column: sa.Column[Any], kw: dict[str, Any], *, needed: bool) -> None:
    """Use the column's default for an empty field of a column that must have a value."""
    default = column.default
    if not (column.nullable or needed) and isinstance(default, sa.ColumnDefault) and default.is_scalar:
        kw["filters"] = [*kw.get("filters", ()), lambda value: default.arg if value is None else value]


def _choose_field(column: sa.Column[Any], rules: list[Any], kw: dict[str, Any], *, needed: bool) -> Any:
    """Choose the field class, and add the column's validators and keywords."""
    kind, widget = column.type, column.info.get("widget", "")
    if isinstance(column.default, sa.ColumnDefault) and column.default.is_scalar:
        kw["default"] = column.default.arg
    if widget in WIDGETS:
        kw |= WIDGETS[widget]._asdict() | {"blank": not needed and column.nullable}
        return CodeChoice
    if isinstance(kind, sa.Enum):
        kw |= {"enum": kind.enum_class, "blank": None if needed or not column.nullable else ""}
        return CodeField
    if isinstance(kind, Instant):
        raise TypeError(f"{column} is a moment: a form has fields for day, time and zone")
    for column_type, field_class, more_rules in FIELDS_BY_TYPE:
        if isinstance(kind, column_type):
            rules[:] = [] if field_class is w.BooleanField else [*rules, *more_rules]
            if issubclass(field_class, DecimalField):
                kw |= {"places": None, "filters": [*kw.get("filters", ()), round_to(kind.scale or 0)]}
                rules.append(_number_range(kind, widget))
                return PercentField if widget == "percent" else field_class
            return WholePercentField if widget == "percent" else field_class
    if needed:
        # White space alone doesn't count as a value.
        rules[:] = [v.DataRequired(_l("This field is required."))]
    return _text_field(kind, widget, rules, kw)


FIELDS_BY_TYPE: tuple[tuple[Any, Any, list[Any]], ...] = (
    (sa.Boolean, w.BooleanField, []),
    (sa.Date, DateField, [SupportedYear()]),
    (Money, AmountField, []),
    (sa.Numeric, DecimalField, []),
    (sa.Integer, IntegerField, [InRange(-(2**31), 2**31 - 1, TOO_LARGE)]),
)
"""Column type, field class, further validators."""
HIDDEN = ("csrf_token", "uid", "version", "changed_inputs")
"""Fields of a form that are not the user's."""
MAX_TEXT_CHARS = 20_000


def _number_range(kind: sa.Numeric[Any], widget: str) -> InRange:
    """Return the range of the column: PostgreSQL refuses one digit more, SQLite would store it."""
    if widget == "percent":
        return InRange(0, 100, _l("Enter a number from 0 to 100."))
    last = Decimal(10) ** ((kind.precision or 14) - (kind.scale or 0)) - Decimal(1) / 10 ** (kind.scale or 0)
    return InRange(-last, last, TOO_LARGE)


def _text_field(kind: Any, widget: str, rules: list[Any], kw: dict[str, Any]) -> Any:
    limit = getattr(kind, "length", None) or MAX_TEXT_CHARS
    kw["filters"] = [strip_text]
    # Validators may lengthen the text (https://), so the length is checked last.
    if widget in ("email", "url"):
        rules.append(EmailAddress() if widget == "email" else WebAddress())
    rules.append(v.Length(max=limit, message=_l("Enter at most %(max)d characters.")))
    if widget in ("email", "url"):
        return w.EmailField if widget == "email" else w.URLField
    return w.TextAreaField if isinstance(kind, sa.Text) or widget == "area" else w.StringField


FORMS: list[type[w.Form]] = []
"""Every form and subform, registered when its module is imported."""


class Subform(w.Form):
    """Base class of every row of a form: fields that are rendered and submitted as part of it."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        FORMS.append(cls)

    class Meta:
        """Use our translations for error messages."""

        def get_translations(self, _form: w.Form) -> FormTranslations:
            """Return our translations instead of the library's."""
            return FormTranslations()

        def bind_field(self, form: w.Form | None, unbound_field: Any, options: dict[str, Any]) -> w.Field:
            """Create a field; one-line texts are cleaned before the field's own filters."""
            if is_one_line(unbound_field.field_class):
                options = options | {"filters": [on_one_line, *unbound_field.kwargs.get("filters", ())]}
            return unbound_field.bind(form=form, **options)


def read_chosen(fields: Iterable[w.Field]) -> None:
    """Read the records chosen in all pickers of a form, also of its rows, with one statement."""
    run_together(*(partial(getattr, picker, "records") for picker in _list_pickers(fields)))


def _list_pickers(fields: Iterable[w.Field]) -> Iterator[PickField]:
    for field in fields:
        if isinstance(field, PickField):
            yield field
        elif isinstance(field, w.FormField | w.FieldList):
            yield from _list_pickers(field)


class Form(FlaskForm):
    """Base class of every form that changes something.

    A form that creates has a `uid`, from its address if it is there, so that a repeated submit is recognized; one that
    edits has a `version`: that of `obj`, or of the record it is `part_of`. `on_post` (core.web) checks both.
    """

    uid = w.HiddenField(filters=[public_id])
    version = w.HiddenField()
    changed_inputs = w.HiddenField()
    """Names of the inputs that the user changed, written by the page's script; empty without it. Only if it edits."""
    conflict: list[tuple[str, str]]
    """What is stored now in fields that the user changed, too: labels and values."""
    updated: list[str]
    """Labels of the other fields that someone changed meanwhile; they show what is stored now."""
    is_own_conflict = False
    """Whether the user changed the record elsewhere meanwhile, and nobody else after that."""
    problem: object | None = None
    withheld: Collection[str] = ()
    """Names of the fields whose stored values the user may not see."""

    class Meta(Subform.Meta):
        """Use our translations for error messages, and masked tokens."""

        csrf_class = MaskedTokens

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        FORMS.append(cls)

    def __init__(self, *args: Any, obj: Any = None, part_of: Any = None, **kw: Any) -> None:
        if part_of is not None:
            kw["version"] = part_of.version
        super().__init__(*args, obj=obj, **kw)
        self.edited = obj
        self.versioned = obj if part_of is None else part_of
        self.conflict, self.updated = [], []
        if obj is None:
            del self.changed_inputs
        if obj is None and not self.uid.data:
            self.uid.data = public_id(request.args.get("uid")) or new_uid()

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate all fields; the records chosen in them are read together."""
        read_chosen(self)
        return bool(super().validate(extra_validators))

    def values(self) -> dict[str, Any]:
        """The submitted values by field name, without the hidden fields."""
        return {k: x for k, x in self.data.items() if k not in (*HIDDEN, "submit")}

    def checked(self) -> Self:
        """Return the form itself if it is valid. Raises Invalid otherwise."""
        if not self.validate_on_submit():
            raise Invalid(_("Check your entries. Something is missing or invalid."))
        return self

    @property
    def refused_attributes(self) -> dict[str, str]:
        """The attributes of the fields of a small form that was refused as a whole, such as a sign-in."""
        return {"aria-invalid": "true", "aria-describedby": "problem"} if self.problem else {}

    def refuse(self, message: object, name: str | None) -> None:
        """Add an error to the field `name`, or to the whole form."""
        field = self._fields.get(name or "")
        if field is None:
            self.problem = message
        else:
            field.errors = [*field.errors, message]
