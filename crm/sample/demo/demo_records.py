"""The demo records by key, and dates relative to today."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from crm.notifications.models import Notification
from crm.records.policy import ContactMedium, PointLabel
from crm.sample.generators.people import PeopleGenerator
from crm.sample.rows import interactions
from crm.sample.rows.leads import ProjectRef
from crm.sample.rows.specs import FollowUpSpec, InteractionSpec, OrganizationRef, PersonRef, ProductRef
from crm.sample.rows.writer import plain_number

ANNA_ZONE = "America/Los_Angeles"
SHANGHAI = "Asia/Shanghai"
Points = tuple[tuple[Any, Any, str, str], ...]


class DemoRecords:
    """The demo records so far, by key, and shortcuts for dates and times."""

    def __init__(self, generator: PeopleGenerator) -> None:
        self.generator, self.writer = generator, generator.writer
        self.organizations: dict[str, OrganizationRef] = {}
        self.people: dict[str, PersonRef] = {}
        self.products: dict[str, ProductRef] = {}
        self.leads: dict[str, ProjectRef] = {}
        self.opportunities: dict[str, int] = {}
        self.reps: dict[str, int] = {}
        self.shows: dict[str, int] = {}
        self.visit_id = 0
        self.mentions: list[tuple[int, datetime]] = []

    def day(self, ahead: int) -> date:
        """Return a date, counted from today."""
        return self.writer.today + timedelta(days=ahead)

    def workday(self, ahead: int) -> date:
        """Return a weekday about so many days from today.

        The Friday before a past weekend, the Monday after a future one.
        """
        day = self.day(ahead)
        over = day.weekday() - 4
        if over <= 0:
            return day
        return day - timedelta(days=over) if ahead <= 0 else day + timedelta(days=3 - over)

    def moment(self, ahead: float) -> datetime:
        """Return a moment in office hours, counted in days from today."""
        day = self.day(int(ahead))
        return min(self.writer.now, datetime.combine(day, time(18, 20), UTC)) if ahead <= 0 else self.writer.now

    def local_time(self, ahead: int, hour: int, minute: int = 0) -> datetime:
        """Return a local time on a weekday."""
        return datetime.combine(self.workday(ahead), time(hour, minute))

    def log(self, **values: Any) -> int:
        """Log an interaction; in Shanghai time for Shen, unless another zone is given."""
        values.setdefault("zone", SHANGHAI if values.get("by") == "shen" else ANNA_ZONE)
        return interactions.log(self.writer, InteractionSpec(**values))

    def add_follow_up(self, **values: Any) -> int:
        """Add a follow-up, of Anna unless another user is given."""
        values.setdefault("counselor", "anna")
        values.setdefault("made_at", self.moment(-9))
        return interactions.add_follow_up(self.writer, FollowUpSpec(**values))

    def add_notification(
        self, user: str, kind: str, record_id: int, notified_at: datetime, *, by: str | None = None, path: str = ""
    ) -> None:
        """Add a notification that the user hasn't read."""
        self.writer.inserter.add(
            Notification,
            user_id=self.writer.users[user],
            key=f"{kind}:{record_id}",
            kind=kind,
            record_id=record_id,
            mail_id=None,
            by_id=self.writer.users[by] if by else None,
            path=path,
            at=notified_at,
        )


def contact_points(
    mail: str | None = None, mobile: str | None = None, wechat: str | None = None, phone: str | None = None
) -> Points:
    """Return email, phone and WeChat entries of a person."""
    points: list[tuple[Any, Any, str, str]] = []
    if mail:
        points.append((ContactMedium.email, PointLabel.work, mail, mail))
    for raw, label in ((mobile, PointLabel.mobile), (phone, PointLabel.work)):
        if raw:
            points.append((ContactMedium.phone, label, raw, plain_number(raw)))
    if wechat:
        points.append((ContactMedium.wechat, PointLabel.other, wechat, wechat.lower()))
    return tuple(points)
