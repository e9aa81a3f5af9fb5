"""The kinds of reminders: one module each, which defines `KIND`.

A module in this package is registered by its place. The planner, the digest, the settings page and the page “Why did or
didn't this send?” iterate over the registry; nothing else names the kinds one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, ClassVar, NamedTuple

from crm import calendars
from crm.core.data.record import Record, get_visible
from crm.core.errors import NotFound
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.policy import Actor, may_see
from crm.core.words import Lazy, _
from crm.reminders import explain
from crm.reminders.policy import digest_at
from crm.reminders.queries.items import DigestItem
from crm.reminders.queries.readers import Reader, readers

DIGEST = "digest"


class DueReminder(NamedTuple):
    """One occurrence that is due now and has no email yet. `due_at` is when it fell due."""

    user_id: int
    subject_key: str
    occurrence: str
    due_at: datetime
    record_id: int | None = None


class DueItems(NamedTuple):
    """The lines of a kind in one digest, and how many more wait for later days."""

    items: list[DigestItem]
    waiting: int = 0


class Explanation(NamedTuple):
    """Why reminders about a record are or aren't sent; `is_open` while one may still come."""

    title: str
    reasons: list[str]
    is_open: bool


class PlannedEmail(NamedTuple):
    """An email that a user will get about a record, at `at`; without a moment `reason` says why there is none."""

    name: str
    zone: str
    label: str
    at: datetime | None
    reason: str = ""


@dataclass(frozen=True)
class DigestContext:
    """What one digest covers: from `news_since`, in the evening of the day of the last digest, to now.

    `last_digest_at` is when that was made; None without one: then the last working day counts.
    """

    reader: Reader
    now: datetime
    news_since: datetime
    last_digest_at: datetime | None = None

    @property
    def today(self) -> date:
        """The reader's calendar day."""
        return self.reader.today(self.now)

    @property
    def office_hours(self) -> tuple[datetime, datetime]:
        """The beginning and the end of the reader's office hours today; on a day off the same moment."""
        opens, closes = (time(9), time(18)) if explain.works_on(self.reader, self.today) else (time(0), time(0))
        zone = self.reader.actor.zone
        return calendars.resolve_local(self.today, opens, zone), calendars.resolve_local(self.today, closes, zone)

    @property
    def previous_day(self) -> date:
        """The day of the reader's last digest before today's; without one the last working day."""
        return calendars.local_day(self.news_since, self.reader.actor.zone)

    @property
    def changes_since(self) -> datetime:
        """The moment of the reader's last digest before today's: each later change is in exactly one digest."""
        return self.last_digest_at or digest_at(self.previous_day, self.reader.digest_hour, self.reader.actor.zone)


class ReminderKind:
    """A kind of reminder. Users turn each kind on or off; `is_default` holds until they do."""

    code: ClassVar[str]
    label: ClassVar[Lazy]
    position: ClassVar[int]
    """The position in the settings."""
    is_default: ClassVar[bool] = True
    record_kinds: ClassVar[frozenset[str]] = frozenset()
    """The records whose reminders `explain` explains."""

    def concerns(self, actor: Actor) -> bool:  # noqa: ARG002 - most kinds concern everybody
        """Return whether the kind is for a user at all, so that it is among their settings."""
        return True

    def is_enabled(self, reader: Reader) -> bool:
        """Return whether the reader gets reminders of this kind."""
        return self.concerns(reader.actor) and reader.settings.get(self.code, self.is_default)

    def explain(self, actor: Actor, record_id: int | None, now: datetime) -> Explanation:
        """Explain to the actor why reminders of this kind are or aren't sent about a record that they may see.

        Raises NotFound for other records.
        """
        raise NotImplementedError

    def plan(self, actor: Actor, record: Record, now: datetime) -> list[PlannedEmail]:  # noqa: ARG002 - not every kind plans
        """Return the emails to come about a visible record of one of `record_kinds`, by the rules of `find_due`.

        In a fixed number of statements. Nothing for kinds whose occasions can't be foreseen.
        """
        return []


class EmailKind(ReminderKind):
    """A kind with emails of its own: templates/email/<code>/ has the subject, the text and the HTML."""

    email_label: ClassVar[Lazy]
    opens: ClassVar[str] = ""
    """The path that a notification about the email opens, if not the record's."""

    def find_due(self, all_readers: Sequence[Reader], now: datetime) -> list[DueReminder]:
        """Return what is due and has no email yet, however long ago it fell due."""
        raise NotImplementedError

    def still_wanted(self, reader: Reader, mail: ClaimedMail) -> bool:
        """Return whether the reason for an email still applies at the moment of sending. Reads only."""
        raise NotImplementedError

    def facts(self, reader: Reader, record_id: int | None, now: datetime) -> dict[str, Any] | None:
        """Return the values for the templates; None when there is nothing that the reader may see."""
        raise NotImplementedError


class DigestKind(ReminderKind):
    """A kind that adds lines to a block of the digest and of Today."""

    block: ClassVar[str]
    rule: ClassVar[Lazy]
    """One sentence that says when a line appears."""

    def find_due(self, context: DigestContext) -> DueItems:
        """Return the lines of one digest; each digest asks again, so nothing is stored."""
        raise NotImplementedError

    def explain(self, actor: Actor, record_id: int | None, now: datetime) -> Explanation:  # noqa: ARG002 - not every kind uses all
        """Explain the lines about a record to its counselor or to others who see it."""
        row = get_visible(Record, actor, record_id or 0)
        if row.archived_at is not None:
            return Explanation(row.label, [explain.archived()], is_open=False)
        if row.counselor_id is None:
            return Explanation(row.label, [explain.no_counselor()], is_open=False)
        reasons = [reason for reader in readers([row.counselor_id]) for reason in self._explain_to(reader, row)]
        return Explanation(row.label, [str(self.rule), *(reasons or [explain.deactivated()])], is_open=bool(reasons))

    def _explain_to(self, reader: Reader, row: Record) -> list[str]:
        name = reader.actor.name
        return [
            self.why_not(reader, row) or _("The counselor is %(name)s and gets this in the daily digest.", name=name)
        ]

    def why_not(self, reader: Reader, row: Record) -> str:
        """Return why a reader gets no email with lines about a record; "" if they do."""
        name = reader.actor.name
        if not may_see(reader.actor, row):
            return explain.no_access(reader, row)
        if not self.is_enabled(reader):
            return _("%(name)s turned off “%(kind)s”.", name=name, kind=self.label)
        if not get_kind(DIGEST).is_enabled(reader):
            return _("%(name)s turned off the daily digest, so this appears only on Today.", name=name)
        return ""

    def plan_lines(self, reader: Reader, row: Record, moments: Sequence[datetime]) -> list[PlannedEmail]:
        """Return the digests of a reader at these moments, or why there are none."""
        reason, name, zone = self.why_not(reader, row), reader.actor.name, reader.actor.zone
        label = str(get_kind(DIGEST).label)
        return (
            [PlannedEmail(name, zone, label, None, reason)]
            if reason
            else [PlannedEmail(name, zone, label, moment) for moment in moments]
        )


@cache
def load_kinds() -> tuple[ReminderKind, ...]:
    """Return all kinds in the order of the settings. Raises AttributeError for a module without `KIND`."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return tuple(sorted((module.KIND for module in modules), key=lambda kind: kind.position))


def get_kind(code: str) -> ReminderKind:
    """Return the kind of a code. Raises NotFound for an unknown one."""
    kind = next((kind for kind in load_kinds() if kind.code == code), None)
    if kind is None:
        raise NotFound
    return kind


def list_email_kinds() -> list[EmailKind]:
    """Return the kinds with emails of their own."""
    return [kind for kind in load_kinds() if isinstance(kind, EmailKind)]


def list_digest_kinds() -> list[DigestKind]:
    """Return the kinds that add lines to the digest."""
    return [kind for kind in load_kinds() if isinstance(kind, DigestKind)]
