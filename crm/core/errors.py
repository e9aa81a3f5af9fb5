"""What can go wrong on purpose. Pure: the edge turns each into its answer."""

from __future__ import annotations

from typing import Any


class Problem(Exception):
    """A refusal with a sentence for the person who reads it."""

    def __init__(self, message: object = "") -> None:
        super().__init__(str(message))
        self.message = message


class SignInNeeded(Problem):
    """A guest asks for what guests may not have: the sign-in page, or 401."""


class FreshSignInNeeded(Problem):
    """Somebody signed in too long ago for what they want to do now: the password is asked for again, 303 or 401."""


class NotFound(Problem):
    """There is no such record, or this person may not know of it: 404."""


class Forbidden(Problem):
    """The record may be seen, but not this done with it: 403."""


class Invalid(Problem):
    """An input that can be mended. `field` names the form's field; None speaks of the whole form: 422."""

    def __init__(self, message: object, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class BadRequest(Problem):
    """An input that no form of ours sends: 400."""


class Conflict(Problem):
    """Somebody else was faster, or the same form came twice with other content: 409.

    `theirs` is what is kept now, as label -> text; `record_url` leads to it.
    """

    def __init__(
        self, message: object, saved_values: dict[str, Any] | None = None, record_url: str | None = None
    ) -> None:
        super().__init__(message)
        self.saved_values = saved_values or {}
        self.record_url = record_url


class AlreadyDone(Problem):
    """A form that came twice with the same content: the edge redirects to where the first one led."""

    def __init__(self, url: str) -> None:
        super().__init__("already done")
        self.url = url
