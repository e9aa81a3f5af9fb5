"""Errors of readers: a code for programs, a message and a hint for people."""

from __future__ import annotations

from crm.core.errors import Invalid
from crm.core.words import Lazy, _


class ReadError(Invalid):
    """The file can't be read. `code` is stable; `message` says what is wrong and what to do."""

    def __init__(self, code: str, message: object, hint: object) -> None:
        super().__init__(_("%(message)s %(hint)s", message=message, hint=hint), field="file")
        self.code = code
        self.hint = hint


class BadCell(Exception):
    """A cell's text isn't valid for its field."""

    def __init__(self, message: Lazy) -> None:
        super().__init__(str(message))
        self.message = message
