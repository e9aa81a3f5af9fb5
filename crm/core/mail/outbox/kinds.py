"""Kinds of email, each declared once beside the function that puts such an email into the outbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from crm.core.mail.outbox.policy import Audience
from crm.core.words import Lazy

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from crm.core.mail.messages import RenderedMail
    from crm.core.mail.outbox.claim import ClaimedMail
    from crm.core.mail.outbox.models import Mail

    IsStillWanted = Callable[[Session, ClaimedMail], bool]
    RenderCurrent = Callable[[Session, ClaimedMail], RenderedMail | None]


@dataclass(frozen=True)
class MailKind:
    """What holds for every email of a kind; its three templates are in templates/email/<name>/.

    A doubtful email to staff is sent again; one to outsiders is held back.
    """

    name: str
    label: Lazy
    audience: Audience = Audience.staff
    still_wanted: IsStillWanted | None = None
    """Called with session and email when the email is due. It only reads; False cancels the email."""
    render_current: RenderCurrent | None = None
    """Renders the email again, for the moment at which it was made, when a record may have been hidden from its reader
    since. None cancels it, too."""
    secret_for: timedelta | None = None
    """The lifetime of the link in a secret email; after that the stored bytes are wiped. None: not secret."""
    opens: Callable[[Mail], str] | None = None
    """The path of the page that a notification about it opens, if not its record or the email itself."""
    survives_undo: bool = False
    """It reports no change, so it is sent although a change of its record was undone."""


KINDS: dict[str, MailKind] = {}


def declare_mail_kind(kind: MailKind) -> None:
    """Declare a kind once. Raises ValueError if there is one of that name."""
    if kind.name in KINDS:
        raise ValueError(f"mail kind {kind.name} declared twice")
    KINDS[kind.name] = kind


def list_surviving_kinds() -> list[str]:
    """Return the names of the kinds that are sent although a change of their record was undone."""
    return [kind.name for kind in KINDS.values() if kind.survives_undo]


def resends(kind: str, audience: Audience) -> bool:
    """Return whether a doubtful email of this kind is sent again.

    An unknown kind of an older release goes by its audience.
    """
    return (KINDS[kind].audience if kind in KINDS else audience) is Audience.staff
