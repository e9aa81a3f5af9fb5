"""Forms about a record that someone else, or the user in another tab, changed after the form was loaded."""

from __future__ import annotations

from typing import Any

from flask import g

from crm.core.data.base import db
from crm.core.data.net_changes import changed_last_by
from crm.core.forms.display import display_value
from crm.core.forms.forms import HIDDEN, Form
from crm.core.forms.new_records import restore_new_names
from crm.core.words import _


def mark_stale(form: Form) -> None:
    """Show what is stored now, and let the next submit save the form.

    Fields that the user didn't change get the stored values, so that saving again keeps the changes of the other user.
    Those that the user changed keep the entered ones; the stored ones are shown above the form.
    """
    restore_new_names(form)
    for row in {id(row): row for row in (form.edited, form.versioned)}.values():
        db.session.refresh(row)
    form.is_own_conflict = is_own_change(form.versioned)
    for name, field in list(form._fields.items()):
        if name not in HIDDEN and name not in form.withheld and field.type != "HiddenField":
            _compare(form, name, field)
    form.conflict = form.conflict or [("", _("Save again."))]
    form.version.data = str(form.versioned.version)
    form.version.raw_data = None


def _compare(form: Form, name: str, field: Any) -> None:
    # What isn't a column of the row was loaded when the form was made, in this same request.
    saved_value = getattr(form.edited, name, field.object_data)
    # None in a column with a checkbox means unchecked.
    saved_value = bool(saved_value) if isinstance(field.data, bool) else saved_value
    saved_text = display_value(field, saved_value)
    if saved_text == display_value(field, field.data):
        return
    if _is_changed(form, field.name):
        form.conflict.append((str(field.label.text), saved_text or "–"))
    else:
        field.process(None, saved_value)
        field.raw_data = None
        form.updated.append(str(field.label.text))


def _is_changed(form: Form, name: str) -> bool:
    """Return whether the user changed an input of a field; True if the page didn't tell, as without script.

    The list of the page's script begins with its own name.
    """
    inputs = (form.changed_inputs.data or "").split()
    return form.changed_inputs.name not in inputs or any(one == name or one.startswith(f"{name}-") for one in inputs)


def is_own_change(row: Any) -> bool:
    """Return whether the signed-in user is the one who changed a row last, such as in another tab."""
    return g.actor.id is not None and changed_last_by(row) == g.actor.id


def stale_text(row: Any) -> str:
    """Return who changed a row since the page with it was loaded: the user, such as in another tab, or someone else."""
    if is_own_change(row):
        return _("You changed this record in another tab or window.")
    return _("Someone else updated this record.")
