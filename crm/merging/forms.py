"""Forms to choose what to merge with, to merge, and to undo a merge."""

from __future__ import annotations

from typing import Any

import wtforms as w
from flask import g

from crm.core.data.net_changes import changed_last_by
from crm.core.data.record import Record
from crm.core.forms.forms import Form
from crm.core.forms.pickers import PickField
from crm.core.words import _, _l

from .policy import KINDS


class PartnerForm(Form):
    """The record with which another one is merged. Sent by GET: it changes nothing."""

    a = PickField(_l("Record to keep"), kinds=KINDS, needed=True, makers=())
    b = PickField(_l("Merge with"), kinds=KINDS, needed=True, makers=())

    class Meta(Form.Meta):
        """Without a token: the form only opens a page."""

        csrf = False

    def __init__(self, *args: Any, kind: str | None = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if kind is not None:
            del self.a
            self.b.offer_kinds((kind,))


class MergeForm(Form):
    """Merges two records; the choices of the fields are read from the request. Carries the versions of both."""

    other_version = w.HiddenField()

    def __init__(self, survivor: Record, duplicate: Record, **kw: Any) -> None:
        super().__init__(obj=survivor, **kw)
        self._duplicate, self._duplicate_version = duplicate, str(duplicate.version)
        if not self.is_submitted():
            self.other_version.data = self._duplicate_version

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse to merge with a record that changed since the page was opened."""
        good = super().validate(extra_validators)
        if self.other_version.data != self._duplicate_version:
            self.other_version.data, self.other_version.raw_data = self._duplicate_version, None
            self.conflict = [("", _("Check the values below, then merge again."))]
            self.is_own_conflict = changed_last_by(self._duplicate) == g.actor.id
            return False
        return good


class UnmergeForm(Form):
    """Undoes a merge."""
