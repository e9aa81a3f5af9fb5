"""Enums of interactions, the split of minutes, and default session types."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from crm.core.policy import RULES, Rule, is_signed_in, may_edit, may_see
from crm.core.words import LabeledEnum, Lazy, _l, _p

EARLY = timedelta(hours=1)
"""How long before its time an interaction may be marked as held: clocks differ and times are rounded."""


class InteractionState(LabeledEnum):
    planned = "planned", _l("Planned")
    held = "held", _l("Held")
    canceled = "cancelled", _l("Canceled")
    rescheduled = "rescheduled", _l("Rescheduled")


class InteractionType(LabeledEnum):
    """Type of an interaction; `icon` is the name of its icon."""

    icon: str

    meeting = "meeting", _l("Meeting"), "meeting"
    call = "call", _l("Call"), "phone"
    email = "email", _p("message", "Email"), "mail"
    wechat = "wechat", _l("WeChat"), "wechat"
    visit = "visit", _l("Visit"), "visit"
    introduction = "introduction", _l("Introduction"), "handover"
    session = "session", _l("Counseling session"), "people"
    lead = "lead", _l("Lead received"), "project"
    note = "note", _l("Note"), "note"

    def __init__(self, _code: str, _label: Lazy, icon: str) -> None:
        self.icon = icon


TIMED_TYPES = (
    InteractionType.meeting,
    InteractionType.call,
    InteractionType.visit,
    InteractionType.introduction,
    InteractionType.session,
)
"""The types that take the time of people and staff at a fixed moment."""
ASSUMED_MINUTES = 60
"""The length of an appointment without minutes."""


class InteractionOutcome(LabeledEnum):
    """Whether the other side was reached."""

    talked = "talked", _l("Talked")
    message_left = "message_left", _l("Message left")
    no_answer = "no_answer", _l("No answer")
    one_way = "one_way", _l("One-way")


class PartySide(LabeledEnum):
    """Side of a participant."""

    client = "client", _l("Client's side")
    host = "host", _l("Host's side")
    other = "other", _l("Other")


class InteractionRole(LabeledEnum):
    """Role of an external participant."""

    attended = "attended", _l("Attendee")
    introducer = "introducer", _l("Introducer")
    interpreter = "interpreter", _l("Interpreter")
    copied = "copied", _l("Cc")


class StaffRole(LabeledEnum):
    """Role of a user who took part."""

    lead = "lead", _l("Lead staff")
    attended = "attended", _l("Attendee")
    interpreter = "interpreter", _l("Interpreter")


class SentKind(LabeledEnum):
    """Kind of an item handed over or sent."""

    sample = "sample", _l("Sample")
    drawing = "drawing", _l("Drawing")
    file = "file", _l("File")


class SessionType(LabeledEnum):
    """Session type of the SBA counseling form 641; `sba` is the wording of the form."""

    sba: str

    face_to_face = "face_to_face", _l("Face-to-face"), "Face-to-face"
    online = "online", _l("Online"), "Online"
    prepare_only = "prepare_only", _l("Prepare only"), "Prepare Only"
    telephone = "telephone", _l("Telephone"), "Telephone"
    training = "training", _l("Training"), "Training"
    update_only = "update_only", _l("Update only"), "Update Only"

    def __init__(self, _code: str, _label: Lazy, sba: str) -> None:
        self.sba = sba


def date_or_moment(moment: datetime, wall: datetime, *, time_known: bool) -> date:
    """Return what to show of an interaction's time: the moment, or the local date if the time isn't known."""
    return moment if time_known else wall.date()


def end_of(starts_at: datetime, minutes: int | None) -> datetime:
    """Return the end of an appointment."""
    return starts_at + timedelta(minutes=minutes or ASSUMED_MINUTES)


def split_minutes(total: int, parts: int) -> list[int]:
    """Split minutes among `parts` clients: shares sum to `total` and differ by one at most, larger ones first.

    Raises ValueError for less than one part or negative minutes.
    """
    if parts < 1 or total < 0:
        raise ValueError("minutes are shared among one or more, and are not negative")
    share, rest = divmod(total, parts)
    return [share + 1] * rest + [share] * (parts - rest)


LONG_TERM_MINUTES = 300


def is_long_term(minutes: int) -> bool:
    """Whether a client is long-term: five or more hours of counseling in a fiscal year (SBA definition)."""
    return minutes >= LONG_TERM_MINUTES


def default_session_type(interaction_type: InteractionType) -> SessionType:
    in_person = (InteractionType.meeting, InteractionType.visit, InteractionType.introduction, InteractionType.session)
    if interaction_type in in_person:
        return SessionType.face_to_face
    if interaction_type is InteractionType.call:
        return SessionType.telephone
    if interaction_type in (InteractionType.email, InteractionType.wechat):
        return SessionType.online
    return SessionType.update_only


RULES["interaction:see"] = Rule(
    is_signed_in, may_see, "View interactions of one's own teams, and that others had one with a shared person."
)
RULES["interaction:make"] = Rule(is_signed_in, may_edit, "Log an interaction.")
RULES["interaction:edit"] = Rule(is_signed_in, may_edit, "Edit an interaction.")
