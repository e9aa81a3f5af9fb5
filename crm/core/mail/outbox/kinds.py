"""Kinds of email, declared once: `@mail_kind(...)` on the function that puts such an email into the outbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from crm.core.mail.outbox.policy import Audience
from crm.core.words import Lazy

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from crm.core.mail.messages import RenderedMail
    from crm.core.mail.outbox.claim import ClaimedMail
    from crm.core.mail.outbox.models import Mail

    IsStillWanted = Callable[[Session, ClaimedMail], bool]
    RenderCurrent = Callable[[Session, ClaimedMail], RenderedMail | None]

F = TypeVar("F")


@dataclass(frozen=True)
class MailKind:
    """What holds for every email of a kind; its three templates are in templates/email/<name>/."""

    name: str
    label: Lazy
    audience: Audience
    still_wanted: IsStillWanted | None = None
    render_current: RenderCurrent | None = None
    secret_for: timedelta | None = None
    opens: Callable[[Mail], str] | None = None
    survives_undo: bool = False


KINDS: dict[str, MailKind] = {}


def mail_kind(  # noqa: PLR0913 - the properties of a kind; all but the first three are keyword-only
    name: str,
    label: Lazy,
    audience: Audience = Audience.staff,
    *,
    still_wanted: IsStillWanted | None = None,
    render_current: RenderCurrent | None = None,
    secret_for: timedelta | None = None,
    opens: Callable[[Mail], str] | None = None,
    survives_undo: bool = False,
) -> Callable[[F], F]:
    """Declare a kind. A doubtful email to staff is sent again; one to outsiders is held back.

    `still_wanted(session, mail)` is called when the email is due. It only reads; False cancels the email.
    `render_current(session, mail)` renders the email again, for the moment at which it was made, when a record may have
    been hidden from its reader since. None cancels it, too.
    `secret_for` is the lifetime of the link in a secret email; after that the stored bytes are wiped.
    `opens(mail)` is the path of the page that a notification about it opens, if not its record or the email itself.
    `survives_undo`: it reports no change, so it is sent although a change of its record was undone.
    """
    if name in KINDS:
        raise ValueError(f"mail kind {name} declared twice")
    KINDS[name] = MailKind(name, label, audience, still_wanted, render_current, secret_for, opens, survives_undo)
    return lambda declared: declared


def list_surviving_kinds() -> list[str]:
    """Return the names of the kinds that are sent although a change of their record was undone."""
    return [kind.name for kind in KINDS.values() if kind.survives_undo]


def resends(kind: str, audience: Audience) -> bool:
    """Return whether a doubtful email of this kind is sent again.

    An unknown kind of an older release goes by its audience.
    """
    return (KINDS[kind].audience if kind in KINDS else audience) is Audience.staff
