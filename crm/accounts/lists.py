"""The lists of users and teams, and the security log."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from crm.calendars import resolve_local
from crm.core.data.base import code, db
from crm.core.data.identity import Membership, Team, User
from crm.core.lists import Col, Filter, Listing, View
from crm.core.lists.derive import enum_choices
from crm.core.lists.text_search import contains_text
from crm.core.policy import Actor, Role, is_administrator
from crm.core.words import _, _l

from .event_queries import list_event_parties
from .factors import has_factor
from .models import SecurityEvent
from .policy import EventKind, EventOutcome
from .queries import (
    AccountState,
    account_state_column,
    list_teams,
    list_users,
    load_teams,
    managed_users,
)

RIGHTS = (User.__table__.c.has_compliance, User.__table__.c.is_china_desk)


def _user_facts(ids: Collection[int], _actor: Actor) -> dict[int, dict[str, Any]]:
    teams = load_teams(ids)
    stmt = sa.select(User.id, has_factor(User.id), User.has_compliance, User.is_china_desk)
    stmt = stmt.where(User.id.in_(list(ids)))
    return {
        user_id: {
            "factor": _("On") if is_secured else "",
            "teams": ", ".join(t.name for t in teams.get(user_id, ())),
            "rights": ", ".join(str(c.info["label"]) for c, has in zip(RIGHTS, has_each, strict=True) if has),
        }
        for user_id, is_secured, *has_each in db.session.execute(stmt)
    }


def _offered_teams(actor: Actor) -> tuple[tuple[str, object], ...]:
    return tuple((str(t.id), t.name) for t in list_teams() if is_administrator(actor) or t.id in actor.team_ids)


def _in_team(team_id: str) -> sa.ColumnElement[bool]:
    return User.id.in_(sa.select(Membership.user_id).where(Membership.team_id == int(team_id)))


def _has_second_factor(value: str) -> sa.ColumnElement[bool]:
    return has_factor(User.id) if value == "on" else sa.not_(has_factor(User.id))


def _has_role(role: str) -> sa.ColumnElement[bool]:
    return User.role == Role[role]


USERS = Listing(
    name="users",
    title=_l("Users"),
    path="/users/",
    template="accounts/users.html",
    entity=User,
    base=lambda actor: sa.select(User).where(managed_users(actor)),
    cols=(
        Col("name", _l("Name"), User.name, sort=sa.func.lower(User.name), kind="name", native=User.native_name),
        Col("email", _l("Email"), User.email, sort=True, hide_phone=True),
        Col("role", _l("Role"), User.role, kind="enum"),
        Col("teams", _l("Teams"), hide_phone=True),
        Col("rights", _l("Permissions"), hide_phone=True),
        Col("factor", _l("2FA"), hide_phone=True),
        Col("state", _l("Status"), sa.type_coerce(account_state_column(), code(AccountState)), kind="enum"),
        Col("seen", _l("Last active"), User.last_seen_at, sort=True, kind="moment", hide_phone=True, nulls_last=True),
    ),
    filters=(
        Filter("role", _l("Role"), "choice", _has_role, enum_choices(Role)),
        Filter("team", _l("Team"), "choice", _in_team, _offered_teams),
        Filter("factor", _l("2FA"), "choice", _has_second_factor, (("on", _l("On")), ("off", _l("Off")))),
        Filter(
            "state",
            _l("Status"),
            "choice",
            lambda v: account_state_column() == v,
            enum_choices(AccountState),
        ),
    ),
    views=(
        View("active", _l("Active"), {"state": "active"}),
        View("invited", _l("Invited"), {"state": "invited"}),
        View("disabled", _l("Deactivated"), {"state": "disabled"}),
    ),
    after_page=_user_facts,
    search=lambda text: contains_text(text, User.name, User.native_name, User.email),
)

TEAMS = Listing(
    name="teams",
    title=_l("Teams"),
    path="/teams/",
    template="accounts/teams.html",
    entity=Team,
    base=lambda _actor: sa.select(Team),
    cols=(
        Col("name", _l("Name"), Team.name, sort=sa.func.lower(Team.name), kind="name"),
        Col("country", _l("Country"), Team.country, kind="country"),
        Col("zone", _l("Time zone"), Team.zone, kind="zone", hide_phone=True),
        Col(
            "members",
            _l("Members"),
            kind="num",
            sql=sa.select(sa.func.count()).where(Membership.team_id == Team.id).correlate(Team).scalar_subquery(),
        ),
    ),
    search=lambda text: contains_text(text, Team.name),
)


def _event_facts(ids: Collection[int], _actor: Actor) -> dict[int, dict[str, Any]]:
    return {event_id: parties._asdict() for event_id, parties in list_event_parties(ids).items()}


def _day_start(day: date, actor: Actor, days: int = 0) -> datetime:
    """Return when a day begins in the actor's time zone, `days` later. Raises ValueError after the last date."""
    try:
        return resolve_local(day + timedelta(days=days), time(0), actor.zone)
    except OverflowError as error:
        raise ValueError(day) from error


def begins_on_or_after(column: Any) -> Callable[[date, Actor], sa.ColumnElement[bool]]:
    """Return the condition of a filter: moments on a day of the actor or later."""
    return lambda day, actor: column >= _day_start(day, actor)


def begins_on_or_before(column: Any) -> Callable[[date, Actor], sa.ColumnElement[bool]]:
    """Return the condition of a filter: moments on a day of the actor or earlier."""
    return lambda day, actor: column < _day_start(day, actor, 1)


def _user_choices(_actor: Actor) -> tuple[tuple[str, object], ...]:
    return tuple((str(user_id), name) for user_id, name in list_users())


def _from_source(text: str) -> sa.ColumnElement[bool]:
    return sa.or_(SecurityEvent.email == text.strip().lower(), SecurityEvent.address == text.strip())


SECURITY_LOG = Listing(
    name="security_log",
    title=_l("Security log"),
    path="/security-log/",
    template="accounts/security_log.html",
    entity=SecurityEvent,
    base=lambda _actor: sa.select(SecurityEvent),
    has_row_pages=False,
    sort="-at",
    cols=(
        Col("event", _l("Event"), SecurityEvent.kind, kind="enum"),
        Col("user", _l("User"), hide_phone=True),
        Col("at", _l("When"), SecurityEvent.at, sort=True, kind="moment"),
        Col("account", _l("Account"), hide_phone=True),
        Col("email", _l("Email"), show=False),
        Col("record", _l("Record"), hide_phone=True),
        Col("count", _l("Number"), SecurityEvent.count, kind="num", hide_phone=True),
        Col("detail", _l("Details"), SecurityEvent.detail, hide_phone=True),
        Col("address", _l("IP address"), SecurityEvent.address, hide_phone=True),
        Col("browser", _l("Browser"), SecurityEvent.agent, hide_phone=True),
        Col("outcome", _l("Outcome"), SecurityEvent.outcome, kind="enum", hide_phone=True),
    ),
    filters=(
        Filter(
            "kind",
            _l("Event"),
            "many",
            lambda values: SecurityEvent.kind.in_([EventKind.from_code(v) for v in values]),
            enum_choices(EventKind),
        ),
        Filter("user", _l("Account"), "choice", lambda value: SecurityEvent.user_id == int(value), _user_choices),
        Filter("by", _l("Done by"), "choice", lambda value: SecurityEvent.actor_id == int(value), _user_choices),
        Filter("from", _l("From"), "date", begins_on_or_after(SecurityEvent.at), takes_actor=True),
        Filter("to", _l("To"), "date", begins_on_or_before(SecurityEvent.at), takes_actor=True),
        Filter(
            "outcome",
            _l("Outcome"),
            "choice",
            lambda value: SecurityEvent.outcome == EventOutcome.from_code(value),
            enum_choices(EventOutcome),
        ),
        Filter("source", _l("Email or IP address"), "text", _from_source),
    ),
    views=(
        View("alerts", _l("Alerts"), {"outcome": "alert"}),
        View("failures", _l("Failed sign-ins"), {"outcome": "refused"}),
        View("exports", _l("Exports"), {"kind": ("exported", "export_alert")}),
        View(
            "confidential",
            _l("Confidential records"),
            {"kind": ("viewed", "confidential_on", "confidential_off", "readers_changed")},
        ),
        View(
            "accounts",
            _l("Accounts"),
            {"kind": ("invited", "created", "changed", "disabled", "enabled", "handed_over")},
        ),
    ),
    after_page=_event_facts,
    search=False,
)
