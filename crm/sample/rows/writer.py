"""What rows of all kinds need: users, teams, names, search tokens, contact points, tags."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from crm import names
from crm.calendars import local_day
from crm.core.data.history import Change, ChangeSource
from crm.core.data.identity import User
from crm.followups.enums import Tier
from crm.followups.models import Cadence
from crm.records.models import ContactPoint, RecordTag, Tag
from crm.records.policy import ContactMedium, PointLabel
from crm.records.services import point_tokens

from .inserter import SampleInserter

tokens = lru_cache(maxsize=200_000)(names.tokens)
sort_key = lru_cache(maxsize=50_000)(names.sort_key)
point_words = lru_cache(maxsize=200_000)(point_tokens)


def name_columns(label: str, native: str | None, words: Iterable[str]) -> dict[str, Any]:
    """Return the columns of a record's name, sort key and search tokens, as `name_record` sets them; caches names."""
    unique_words = dict.fromkeys(" ".join((tokens(label, native), *words)).split())
    return {
        "label": label[:200],
        "native_label": (native or "")[:200],
        "sort_key": sort_key(label or native or ""),
        "tokens": " ".join(unique_words),
    }


class RecordWriter:
    """The users, teams and lists of a seeding, and the rows that records of all kinds share."""

    def __init__(
        self, sheets: SampleInserter, users: dict[str, User], lists: dict[str, dict[str, int]], now: datetime
    ) -> None:
        self.inserter = sheets
        self.rng = sheets.rng
        self.users = {name: user.id for name, user in users.items()}
        self.teams = lists["teams"]
        self.sectors, self.funders = lists["sectors"], lists["funders"]
        self.lost_reasons = list(lists["lost_reasons"].values())[:-1]  # without "other", which needs a text
        self.first_team = {"boris": self.teams["Bay"]}
        self.now = now
        self.today = local_day(now, "America/Los_Angeles")
        self.keeps_history = True
        self._tags: dict[str, int] = {}

    def team_of(self, name: str) -> int:
        """Return the first team of a user."""
        return self.first_team.get(name, self.teams["Inland"])

    def stamp(self, by: str, made_at: datetime) -> dict[str, Any]:
        """Return when and by whom a record was created, as columns."""
        return {"created_at": made_at, "created_by_id": self.users[by]}

    def add_history(self, record_id: int, table: str, by: str, made_at: datetime) -> None:
        """Add the history entry that the flush of a new record would write."""
        if self.keeps_history:
            self.inserter.add(
                Change,
                at=made_at,
                actor_id=self.users[by],
                via=ChangeSource.web,
                root_id=record_id,
                action="created",
                table=table,
                row_id=str(record_id),
                diff={},
            )

    def points(self, record_id: int, points: Iterable[tuple[ContactMedium, PointLabel, str, str]]) -> None:
        for position, (medium, label, raw, value) in enumerate(points):
            self.inserter.add(
                ContactPoint, record_id=record_id, medium=medium, label=label, raw=raw, value=value, position=position
            )

    def tag(self, record_id: int, *tags: str) -> None:
        for name in tags:
            if name not in self._tags:
                self._tags[name] = self.inserter.add(Tag, name=name, key=names.sort_key(name)[:60])
            self.inserter.add(RecordTag, record_id=record_id, tag_id=self._tags[name])

    def add_cadence(self, record_id: int, tier: Tier, since: date, every_days: int | None = None) -> None:
        """Set how often to keep in touch."""
        self.inserter.add(Cadence, record_id=record_id, tier=tier, every_days=every_days, counts_from=since)


@lru_cache(maxsize=50_000)
def plain_number(raw: str) -> str:
    """Return a number in E.164 if it is valid, else ""; as `set_points` stores it."""
    return names.parse_phone(raw).e164 or ""
