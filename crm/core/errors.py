"""Expected errors. Pure: the edge turns each into its response."""

from __future__ import annotations

from typing import Any


class Problem(Exception):
    """An expected error with a message for the user."""

    def __init__(self, message: object = "") -> None:
        super().__init__(str(message))
        self.message = message


class SignInNeeded(Problem):
    """The route needs a signed-in user: redirect to the sign-in page, or 401."""


class FreshSignInNeeded(Problem):
    """The last sign-in is too long ago for this action: the password is required again, 303 or 401."""


class NotFound(Problem):
    """The record does not exist, or the user may not know that it does: 404."""


class RecordMerged(NotFound):
    """The record was merged into another one: a page redirects to it, anything else is a 409 that links to it."""

    def __init__(self, record_id: int) -> None:
        super().__init__()
        self.record_id = record_id


class Forbidden(Problem):
    """The record may be seen, but this action is not allowed: 403."""


class Invalid(Problem):
    """Invalid input that the user can correct: 422. `field` names the form's field; None means the whole form."""

    def __init__(self, message: object, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class BadRequest(Problem):
    """Input that none of our forms sends: 400."""


class Conflict(Problem):
    """Someone else changed the record, or the same form came twice with different content: 409.

    `saved_values` are what is stored now, as label -> text; `record_url` links to it.
    """

    def __init__(
        self, message: object, saved_values: dict[str, Any] | None = None, record_url: str | None = None
    ) -> None:
        super().__init__(message)
        self.saved_values = saved_values or {}
        self.record_url = record_url


class AlreadyDone(Problem):
    """The same form was submitted again: the edge redirects to where the first one led."""

    def __init__(self, url: str) -> None:
        super().__init__("already done")
        self.url = url
