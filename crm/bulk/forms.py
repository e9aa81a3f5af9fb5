"""Forms for many records: tags, a counselor, a reason, a follow-up. The form of a field is the list's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import wtforms as w
from flask import g
from wtforms import validators as v

from crm.core.data.plain_values import plain
from crm.core.data.record import Record
from crm.core.errors import Invalid
from crm.core.forms.fields import strip_text
from crm.core.forms.forms import Form, of
from crm.core.lists import Listing
from crm.core.lists.editing import FieldForm, RowEditing, field_form
from crm.core.words import _l
from crm.followups.models import FollowUp
from crm.records.models import Tag
from crm.records.services import split_tags

from .policy import BulkOperation
from .services import BulkChange


class TagForm(Form):
    tags = w.StringField(
        _l("Tags"),
        [v.DataRequired(_l("Enter a tag.")), v.Length(max=300)],
        filters=[strip_text],
        description=_l("Separate tags with commas."),
    )

    def validate_tags(self, field: w.StringField) -> None:
        """Refuse a text without tags and too many tags: a job couldn't ask for others."""
        try:
            tags = split_tags(field.data or "")
        except Invalid as problem:
            raise v.ValidationError(problem.message) from problem
        if not tags:
            raise v.ValidationError(_l("Enter a tag."))


class AssignForm(Form):
    """The new counselor."""

    counselor_id = of(
        Record.counselor_id, label=_l("New counselor"), validators=[v.InputRequired(_l("Choose a counselor."))]
    )


class ReasonForm(Form):
    """The reason for archiving."""

    why = w.StringField(_l("Reason"), [v.DataRequired(_l("Enter a reason.")), v.Length(max=300)], filters=[strip_text])


class FollowUpForAllForm(Form):
    """A follow-up that each of the records gets."""

    title = of(FollowUp.title)
    side = of(FollowUp.side)
    due_on = of(FollowUp.due_on, label=_l("Due date"))
    counselor_id = of(FollowUp.counselor_id)


class TagNameForm(Form):
    name = of(Tag.name)


class TagMergeForm(Form):
    """The tag that replaces another one."""

    target_id = w.SelectField(
        _l("Merge into"), [v.InputRequired(_l("Choose a tag."))], coerce=lambda x: int(x) if x else None
    )

    def __init__(self, *args: Any, tags: Sequence[tuple[int, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.target_id.choices = [w.SelectChoice("", ""), *(w.SelectChoice(tag_id, name) for tag_id, name in tags)]


class EditForm(FieldForm):
    """One field for many records. It is cleared only if the user says so: an empty field alone is an error."""

    clear = w.BooleanField(_l("Clear this field in all selected records"))

    def __init__(self, name: str) -> None:
        super().__init__()
        self.edited_field = self[name]
        if not _may_be_empty(self.edited_field):
            del self.clear

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate the value; it is either entered or cleared."""
        if not super().validate(extra_validators):
            return False
        is_cleared, is_empty = bool(self.data.get("clear")), self.edited_field.data in EMPTY
        if is_cleared and not is_empty:
            self.refuse(_l("Uncheck this box to save the value, or remove the value."), "clear")
        elif is_empty and not is_cleared and "clear" in self:
            self.refuse(_l("Enter a value, or check the box below to clear the field."), self.edited_field.name)
        return not self.errors


EMPTY: tuple[Any, ...] = (None, "", [])
"""Values of a field without an entry."""


def _may_be_empty(field: w.Field) -> bool:
    """Return whether a field can be cleared: a choice only if it offers an empty one."""
    if isinstance(field, w.SelectField):
        return any(choice.value == "" for choice in field.iter_choices())
    return not field.flags.required and not isinstance(field, w.BooleanField)


@lru_cache(maxsize=512)
def _edit_form(editing: RowEditing, field: str) -> type[EditForm]:
    return type("EditForm", (EditForm, field_form(editing, field)), {})


FORMS: dict[BulkOperation, type[Form]] = {
    BulkOperation.tag: TagForm,
    BulkOperation.untag: TagForm,
    BulkOperation.assign: AssignForm,
    BulkOperation.archive: ReasonForm,
    BulkOperation.follow_up: FollowUpForAllForm,
}


def make_form(listing: Listing, operation: BulkOperation, field: str) -> Form:
    """Return the form of an operation; for an edit that of the field."""
    if operation is BulkOperation.edit and listing.editing is not None:
        return _edit_form(listing.editing, field)(field)
    defaults = {"counselor_id": g.actor.id} if operation is BulkOperation.follow_up else {}
    return FORMS[operation](**defaults)


def to_change(listing: Listing, operation: BulkOperation, field: str, form: Form) -> BulkChange:
    """Return the entered change, with JSON values, as the service stores and reads them.

    A new value of the field *Counselor* is the same as a new counselor.
    """
    values = {name: plain(value) for name, value in form.values().items()}
    if operation is not BulkOperation.edit:
        return BulkChange(listing, operation, values)
    if field == "counselor_id" and values[field] is not None:
        return BulkChange(listing, BulkOperation.assign, values)
    return BulkChange(listing, operation, {"field": field, "value": values[field]})
