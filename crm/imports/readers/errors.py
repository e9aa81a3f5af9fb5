"""What a reader says when it cannot read: a code for programs, a sentence and a way out for people."""

from __future__ import annotations

from crm.core.errors import Invalid
from crm.core.words import Lazy, _


class ReadError(Invalid):
    """The file as a whole cannot be read. `code` is stable; `message` says what is wrong and ends with the hint."""

    def __init__(self, code: str, message: object, hint: object) -> None:
        super().__init__(_("%(message)s %(hint)s", message=message, hint=hint), field="file")
        self.code = code
        self.hint = hint


class BadCell(Exception):
    """A cell's text that means nothing for its field."""

    def __init__(self, message: Lazy) -> None:
        super().__init__(str(message))
        self.message = message
