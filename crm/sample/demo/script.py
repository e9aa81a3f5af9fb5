"""Where the cast is found by name, and how its days are told: relative to today."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from crm.records.policy import Medium, PointLabel
from crm.sample import interactions
from crm.sample.leads import ProjectRef
from crm.sample.people import PeopleGenerator
from crm.sample.specs import FollowUpSpec, InteractionSpec, OrganizationRef, PersonRef, ProductRef
from crm.sample.writer import plain_number

ANNA_ZONE = "America/Los_Angeles"
SHANGHAI = "Asia/Shanghai"
Points = tuple[tuple[Any, Any, str, str], ...]


class DemoScript:
    """The cast so far."""

    def __init__(self, crowd: PeopleGenerator) -> None:
        self.crowd, self.office = crowd, crowd.office
        self.firms: dict[str, OrganizationRef] = {}
        self.people: dict[str, PersonRef] = {}
        self.offers: dict[str, ProductRef] = {}
        self.leads: dict[str, ProjectRef] = {}
        self.cases: dict[str, int] = {}
        self.reps: dict[str, int] = {}
        self.shows: dict[str, int] = {}

    def day(self, ahead: int) -> date:
        """A day, counted from today."""
        return self.office.today + timedelta(days=ahead)

    def workday(self, ahead: int) -> date:
        """A weekday about so many days from today; the Friday before a weekend behind us, the Monday after ahead."""
        day = self.day(ahead)
        over = day.weekday() - 4
        if over <= 0:
            return day
        return day - timedelta(days=over) if ahead <= 0 else day + timedelta(days=3 - over)

    def moment(self, ahead: float) -> datetime:
        """A moment in office hours, counted in days from today."""
        day = self.day(int(ahead))
        return min(self.office.now, datetime.combine(day, time(18, 20), UTC)) if ahead <= 0 else self.office.now

    def at(self, ahead: int, hour: int, minute: int = 0) -> datetime:
        """A local time on a weekday."""
        return datetime.combine(self.workday(ahead), time(hour, minute))

    def log(self, **told: Any) -> int:
        """Log a contact; Shanghai time for Shen, unless said otherwise."""
        told.setdefault("zone", SHANGHAI if told.get("by") == "shen" else ANNA_ZONE)
        return interactions.log(self.office, InteractionSpec(**told))

    def promise(self, **told: Any) -> int:
        """Note a promise of Anna's, unless said otherwise."""
        told.setdefault("counselor", "anna")
        told.setdefault("made_at", self.moment(-9))
        return interactions.add_follow_up(self.office, FollowUpSpec(**told))


def contact_points(
    mail: str | None = None, mobile: str | None = None, wechat: str | None = None, phone: str | None = None
) -> Points:
    """Mail, phones and WeChat name of somebody."""
    found: list[tuple[Any, Any, str, str]] = []
    if mail:
        found.append((Medium.email, PointLabel.work, mail, mail))
    for raw, label in ((mobile, PointLabel.mobile), (phone, PointLabel.work)):
        if raw:
            found.append((Medium.phone, label, raw, plain_number(raw)))
    if wechat:
        found.append((Medium.wechat, PointLabel.mobile, wechat, wechat.lower()))
    return tuple(found)
