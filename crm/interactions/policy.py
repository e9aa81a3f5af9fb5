"""The closed lists of contacts, the split of minutes, and what keeps a session from being counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crm.core.policy import RULES, Rule, is_signed_in, may_edit, may_see
from crm.core.words import LabeledEnum, Lazy, _l


class InteractionState(LabeledEnum):
    """Whether a contact took place."""

    planned = "planned", _l("Planned")
    held = "held", _l("Held")
    cancelled = "cancelled", _l("Canceled")
    rescheduled = "rescheduled", _l("Rescheduled")


class Kind(LabeledEnum):
    """How people were in contact; `icon` names the picture."""

    icon: str

    meeting = "meeting", _l("Meeting"), "meeting"
    call = "call", _l("Call"), "phone"
    email = "email", _l("Email"), "mail"
    wechat = "wechat", _l("WeChat"), "wechat"
    visit = "visit", _l("Visit"), "visit"
    introduction = "introduction", _l("Introduction"), "handover"
    session = "session", _l("Counseling session"), "people"
    lead = "lead", _l("Lead received"), "project"
    note = "note", _l("Note"), "note"

    def __init__(self, _code: str, _label: Lazy, icon: str) -> None:
        self.icon = icon


class Reached(LabeledEnum):
    """Whether anybody was reached."""

    talked = "talked", _l("Talked")
    message_left = "message_left", _l("Message left")
    no_answer = "no_answer", _l("No answer")
    one_way = "one_way", _l("One-way")


class PartySide(LabeledEnum):
    """On whose side somebody took part."""

    client = "client", _l("Client's side")
    host = "host", _l("Host's side")
    other = "other", _l("Other")


class InteractionRole(LabeledEnum):
    """In what part somebody took part."""

    attended = "attended", _l("Attendee")
    introducer = "introducer", _l("Introducer")
    interpreter = "interpreter", _l("Interpreter")
    copied = "copied", _l("Cc")


class StaffRole(LabeledEnum):
    """In what part one of us took part."""

    lead = "lead", _l("Lead staff")
    attended = "attended", _l("Attendee")
    interpreter = "interpreter", _l("Interpreter")


class SentKind(LabeledEnum):
    """What was handed over or sent."""

    sample = "sample", _l("Sample")
    drawing = "drawing", _l("Drawing")
    file = "file", _l("File")


class SessionType(LabeledEnum):
    """The session type of the counseling form 641; `sba` is the form's own wording."""

    sba: str

    face_to_face = "face_to_face", _l("Face-to-face"), "Face-to-face"
    online = "online", _l("Online"), "Online"
    prepare_only = "prepare_only", _l("Prepare only"), "Prepare Only"
    telephone = "telephone", _l("Telephone"), "Telephone"
    training = "training", _l("Training"), "Training"
    update_only = "update_only", _l("Update only"), "Update Only"

    def __init__(self, _code: str, _label: Lazy, sba: str) -> None:
        self.sba = sba


class Missing(LabeledEnum):
    """A fact without which a funder does not count a session; the label names the field."""

    agreement = "agreement", _l("Signed agreement")
    county_or_zip = "county_or_zip", _l("County or ZIP")
    legal_form = "legal_form", _l("Legal form")
    founded = "founded", _l("Founded")
    staff = "staff", _l("Staff")
    sales = "sales", _l("Sales")
    funder = "funder", _l("Session funder")


class NotCounted(LabeledEnum):
    """Why a session does not count, besides missing facts."""

    not_held = "not_held", _l("Not held")
    not_reached = "not_reached", _l("No one was reached")
    no_time = "no_time", _l("No minutes logged")
    update_only = "update_only", _l("Update only")
    not_substantive = "not_substantive", _l("Marked as not reportable")


@dataclass(frozen=True)
class CountFacts:
    """What is on record of a client and of a session's funder on the day of the session."""

    agreement_on: date | None = None
    agreement_until: date | None = None
    county: str | None = None
    zip_code: str | None = None
    legal_form: str | None = None
    founded_on: date | int | None = None
    staff: int | None = None
    sales: object | None = None
    funder: str | int | None = None


@dataclass(frozen=True)
class SessionFacts:
    """What is on record of a contact, for one client."""

    held_on: date
    state: InteractionState
    reached: Reached | None
    session_type: SessionType
    contact_minutes: int
    prep_minutes: int
    countable: bool


def split_minutes(total: int, parts: int) -> list[int]:
    """Share minutes among `parts` clients; the shares differ by one at most and sum to `total`, larger ones first.

    Raises ValueError for less than one part or negative minutes.
    """
    if parts < 1 or total < 0:
        raise ValueError("minutes are shared among one or more, and are not negative")
    share, rest = divmod(total, parts)
    return [share + 1] * rest + [share] * (parts - rest)


def missing_requirements(facts: CountFacts, on: date) -> tuple[Missing, ...]:
    """What the meter "n missing to count" lists; a count of 0 and sales of 0 are answers."""
    signed = facts.agreement_on is not None and facts.agreement_on <= on
    present = {
        Missing.agreement: signed and (facts.agreement_until is None or on <= facts.agreement_until),
        Missing.county_or_zip: bool(facts.county or facts.zip_code),
        Missing.legal_form: bool(facts.legal_form),
        Missing.founded: facts.founded_on is not None,
        Missing.staff: facts.staff is not None,
        Missing.sales: facts.sales is not None,
        Missing.funder: bool(facts.funder),
    }
    return tuple(missing for missing, is_present in present.items() if not is_present)


def why_not_counted(session: SessionFacts, facts: CountFacts) -> tuple[NotCounted | Missing, ...]:
    """Every reason why a session cannot be counted for a client, reasons of the session first; empty: it counts.

    Preparing needs nobody to be reached; the other types do. An update brings data only, and no time.
    """
    prepares = session.session_type is SessionType.prepare_only
    reasons = {
        NotCounted.not_held: session.state is not InteractionState.held,
        NotCounted.not_reached: not prepares and session.reached is not Reached.talked,
        NotCounted.no_time: session.contact_minutes + (session.prep_minutes if prepares else 0) <= 0,
        NotCounted.update_only: session.session_type is SessionType.update_only,
        NotCounted.not_substantive: not session.countable,
    }
    return (*(reason for reason, applies in reasons.items() if applies), *missing_requirements(facts, session.held_on))


def is_countable(session: SessionFacts, facts: CountFacts) -> bool:
    """Whether a funder counts the session for this client."""
    return not why_not_counted(session, facts)


LONG_TERM_MINUTES = 300


def is_long_term(minutes: int) -> bool:
    """Whether a client is long-term: five or more hours of counseling in a fiscal year (the field's definition)."""
    return minutes >= LONG_TERM_MINUTES


def resets_silence(state: InteractionState, kind: Kind, reached: Reached | None) -> bool:
    """Whether a contact ends a silence: only one that took place and in which they were reached; a note is none."""
    is_talk = kind not in (Kind.note, Kind.lead)
    return state is InteractionState.held and is_talk and reached is Reached.talked


def needs_confirmation(state: InteractionState, ends_at: datetime, now: datetime) -> bool:
    """Whether to ask "did it happen?": still planned, and its end has passed."""
    return state is InteractionState.planned and ends_at <= now


def default_session_type(kind: Kind) -> SessionType:
    """The session type proposed for a kind of contact."""
    face = (Kind.meeting, Kind.visit, Kind.introduction, Kind.session)
    if kind in face:
        return SessionType.face_to_face
    if kind is Kind.call:
        return SessionType.telephone
    return SessionType.online if kind in (Kind.email, Kind.wechat) else SessionType.update_only


RULES["interaction:see"] = Rule(
    is_signed_in, may_see, "See contacts of own teams, and the fact of one with a shared person."
)
RULES["interaction:make"] = Rule(is_signed_in, may_edit, "Log a contact.")
RULES["interaction:edit"] = Rule(is_signed_in, may_edit, "Edit a contact.")
