"""What the emails about appointments share: while a participant is away, the colleague who covers gets them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from crm.core.data.together import run_together
from crm.core.policy import Actor, ReminderChoice

from .kinds import DueReminder, EmailKind, PlannedEmail
from .queries.cover_readers import RECENT, list_passed_on, may_see_record, pass_on
from .queries.covers import list_all_covers
from .queries.readers import Reader
from .queries.sent import list_reminded


class AppointmentKind(EmailKind):
    """A kind of emails to the participants of appointments."""

    @abstractmethod
    def is_attended(self) -> sa.ColumnElement[bool]:
        """Whether the receiver of a `Reminder` attends its appointment, or only covers for someone who does."""

    def may_see(self, colleague: Actor, one: DueReminder) -> bool:
        """Return whether a colleague may see all that an email is about."""
        return may_see_record(colleague, one)

    def is_for(self, reader: Reader) -> bool:
        """Return whether a reader wants separate emails of this kind."""
        return self.is_enabled(reader) and reader.choice is not ReminderChoice.digest

    def list_new(
        self,
        due: Sequence[DueReminder],
        all_readers: Sequence[Reader],
        now: datetime,
        may_see: Callable[[Actor, DueReminder], bool] | None = None,
    ) -> list[DueReminder]:
        """Return the emails that were not made yet, passed on to colleagues who cover: the first for each receiver.

        A colleague who attends gets one email, and so does a colleague who covers for several participants. `may_see`
        decides in place of the kind's whether a colleague may see what an email is about.
        """
        if not due:
            return []
        reminded, covers = run_together(partial(list_reminded, self.code, due), partial(list_all_covers, now - RECENT))
        passed_on_before = list_passed_on(self.code, due, covers, self.is_attended())
        new = [one for one in due if _key(one) not in reminded | passed_on_before]
        first: dict[tuple[int, str, str], DueReminder] = {}
        for one in sorted(pass_on(new, all_readers, now, may_see or self.may_see, covers), key=lambda one: one.due_at):
            first.setdefault(_key(one), one)
        due_keys = {_key(one) for one in due}
        passed_on = [one for key, one in first.items() if key not in due_keys]
        reminded |= list_reminded(self.code, passed_on) if passed_on else set()
        return [one for key, one in first.items() if key not in reminded]

    def plan_new(
        self,
        due: Sequence[DueReminder],
        all_readers: Sequence[Reader],
        now: datetime,
        may_see: Callable[[Actor, DueReminder], bool] | None = None,
    ) -> list[PlannedEmail]:
        """Return the emails that were not made yet with their receivers; `may_see` as in `list_new`."""
        actors = {reader.actor.id: reader.actor for reader in all_readers}
        new = self.list_new(due, all_readers, now, may_see)
        people = [(actors[one.user_id], max(one.due_at, now)) for one in new]
        return [PlannedEmail(person.name, person.zone, str(self.email_label), moment) for person, moment in people]


def _key(one: DueReminder) -> tuple[int, str, str]:
    return one.user_id, one.subject_key, one.occurrence
