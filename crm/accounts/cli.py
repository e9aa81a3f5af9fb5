"""Shell commands for the first administrator and for users. Exit codes: 0 success, 1 refused, 2 wrong usage."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from crm.calendars.zones import country_of_zone, is_zone
from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.identity import Team, User
from crm.core.errors import Invalid
from crm.core.hooks import FIRST_RUN
from crm.core.ops.mail_commands import parse_address
from crm.core.ops.schema_check import WrongRevision, require_current_schema
from crm.core.policy import SYSTEM, Limit, Right, Role
from crm.core.texts import clean_line
from crm.core.words import LabeledEnum

from .demo import describe_demo_users
from .links import LinkPurpose, build_link
from .passwords import check_new_password, hash_password
from .policy import EventKind
from .queries import account_state, find_user_by_email, load_teams, password_context
from .security_log import add_event
from .services.factors import reset_factors
from .services.reassignment import describe_rest
from .services.teams import TeamValues, find_team_by_name, save_team
from .services.users import AccountValues, UserLocale, add_user, deactivate_user

FIRST_TEAM = "Center"
MIN_PASSWORD_CHARS = 8
TEAM_HELP = "Name of a team, added if new. The first is the primary team."
users = AppGroup("users", help="Manage the people who sign in.")


def _codes(words: Iterable[LabeledEnum]) -> click.Choice[str]:
    return click.Choice([word.value for word in words])


@contextmanager
def _one_transaction() -> Iterator[None]:
    """Run one transaction as the shell; Invalid rolls it back, prints the message and exits with 1."""
    try:
        require_current_schema(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
        act_as(db.session(), SYSTEM, ChangeSource.shell)
        yield
        db.session.commit()
    except (Invalid, WrongRevision) as problem:
        db.session.rollback()
        click.echo(str(problem), err=True)
        sys.exit(1)


class NameType(click.ParamType[str]):
    """A name without invisible characters, as long as the column allows."""

    name = "text"

    def __init__(self, column: Any) -> None:
        self.limit = column.type.length

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name. Exits with 2 if it is empty or too long."""
        name = clean_line(value)
        if not 0 < len(name) <= self.limit:
            self.fail(f"Enter at most {self.limit} characters." if name else "Enter a name.", param, ctx)
        return name


def _zone(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_zone(value):
        raise click.BadParameter(f"{value} isn't a time zone. Use the format Asia/Shanghai.")
    return value


def _own_zone() -> str:
    return str(current_app.config["CRM_TIMEZONE"])


@click.command("init")
@click.option(
    "--admin", "email", required=True, metavar="EMAIL", callback=parse_address, help="Email of the administrator."
)
@click.option("--name", type=NameType(User.name), help="Name of the administrator. Default: the part before the @.")
@with_appcontext
def init(email: str, name: str | None) -> None:
    """Create the first team and an administrator, and print a link to choose a password. The link works once."""
    with _one_transaction():
        user = find_user_by_email(email)
        if user is None:
            team = db.session.scalar(sa.select(Team).order_by(Team.id)) or _teams([FIRST_TEAM], _own_zone())[0]
            account = AccountValues(email, name or email.split("@", maxsplit=1)[0], Role.administrator, (team.id,))
            user = add_user(account, UserLocale(_own_zone()))
        elif user.role is not Role.administrator or not user.active:
            raise Invalid(f"{email} already exists and isn't an active administrator.")
        for fill in FIRST_RUN:
            fill()
        add_event(db.session(), EventKind.invited, user_id=user.id, email=user.email, detail="flask init")
        link = build_link(LinkPurpose.invitation, user)
    click.echo(link)


@users.command("add")
@click.argument("email", callback=parse_address)
@click.option("--name", required=True, type=NameType(User.name))
@click.option("--role", required=True, type=_codes(Role))
@click.option("--team", "teams", type=NameType(Team.name), multiple=True, help=TEAM_HELP)
@click.option("--timezone", "zone", callback=_zone, help="For example, Asia/Shanghai. Default: that of the center.")
@click.option("--right", "rights", multiple=True, type=_codes(Right))
@click.option("--limit", "limits", multiple=True, type=_codes(Limit))
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of the input.")
def add(  # noqa: PLR0913 - one argument per option
    *,
    email: str,
    name: str,
    role: str,
    teams: tuple[str, ...],
    zone: str | None,
    rights: tuple[str, ...],
    limits: tuple[str, ...],
    password_stdin: bool,
) -> None:
    """Add a user. Without a password, print a link to choose one; the link works once."""
    if not teams and Role[role] in (Role.staff, Role.manager):
        raise click.UsageError("Choose a team with --team NAME.")
    with _one_transaction():
        zone = zone or _own_zone()
        password = hash_password(_password(name, email)) if password_stdin else None
        own_teams = _teams(teams, zone)
        has = Right.compliance.value in rights, Limit.china_desk.value in limits
        account = AccountValues(email, name, Role[role], tuple(team.id for team in own_teams), *has)
        user = add_user(account, UserLocale(zone), password)
        team_names = ", ".join(team.name for team in own_teams)
        detail = f"role: {role}; rights: {', '.join((*rights, *limits)) or '-'}; teams: {team_names or '-'}"
        add_event(db.session(), EventKind.created, user_id=user.id, email=user.email, detail=detail)
        link = "" if password else build_link(LinkPurpose.invitation, user)
    if link:
        click.echo(link)


def _password(name: str, email: str) -> str:
    """Return the first line of the input. Weak passwords are accepted with a warning, very short ones raise Invalid."""
    password = sys.stdin.readline().rstrip("\r\n")
    if len(password) < MIN_PASSWORD_CHARS:
        raise Invalid(f"Use at least {MIN_PASSWORD_CHARS} characters for the password.")
    try:
        return check_new_password(password, name, email, *password_context())
    except Invalid as problem:
        click.echo(f"Warning: weak password. {problem}", err=True)
        return password


def _teams(names: Iterable[str], zone: str) -> list[Team]:
    rows = []
    for name in names:
        team = find_team_by_name(name)
        if team is None:
            team = save_team(Team(), TeamValues(name=name, zone=zone, country=country_of_zone(zone) or "US"))
            click.echo(f"The team {name} is new and was added.", err=True)
        rows.append(team)
    return list(dict.fromkeys(rows))


@users.command("list")
def list_users() -> None:
    """List the users with role, status and teams."""
    require_current_schema(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
    rows = db.session.scalars(sa.select(User).order_by(User.email)).all()
    teams = load_teams([user.id for user in rows])
    for user in rows:
        names = ", ".join(team.name for team in teams.get(user.id, ()))
        click.echo(f"{user.email:<36} {user.role.value:<16} {account_state(user).value:<9} {names}".rstrip())


@users.command("link")
@click.argument("email", callback=parse_address)
def link(email: str) -> None:
    """Print a link to choose a password, for a user who didn't get the email. The link works once."""
    with _one_transaction():
        user = _find_user(email)
        if not user.active:
            raise Invalid(f"Reactivate {email} on the Users page first.")
        is_invited = user.password is None
        event = EventKind.invited if is_invited else EventKind.reset_requested
        add_event(db.session(), event, user_id=user.id, email=user.email, detail="flask users link")
        url = build_link(LinkPurpose.invitation if is_invited else LinkPurpose.reset, user)
    click.echo(url)


@users.command("disable")
@click.argument("email", callback=parse_address)
@click.option(
    "--reassign-to",
    "--new-owner",
    "new_owner_email",
    required=True,
    metavar="EMAIL",
    callback=parse_address,
    help="The user who gets all records and open follow-ups.",
)
@click.option(
    "--leave-unassigned",
    is_flag=True,
    help="Leave confidential records that the new owner has no access to without a counselor.",
)
def disable(email: str, new_owner_email: str, *, leave_unassigned: bool) -> None:
    """Deactivate a user, end their sessions, and reassign their records."""
    with _one_transaction():
        user, new_owner = _find_user(email), _find_user(new_owner_email)
        moved = deactivate_user(user, new_owner, leaves_unassigned=leave_unassigned)
        rest = describe_rest(user, new_owner)
    click.echo(f"{email} was deactivated. Records reassigned to {new_owner_email}: {moved}. {rest}".rstrip())


@users.command("reset-second-factor")
@click.argument("email", callback=parse_address)
def reset_second_factor(email: str) -> None:
    """Remove the authenticator app, passkeys and recovery codes of a user, and end their sessions."""
    with _one_transaction():
        reset_factors(_find_user(email))
    click.echo(f"Two-factor authentication for {email} was reset. The user signs in with the password only.")


def _find_user(email: str) -> User:
    user = find_user_by_email(email)
    if user is None:
        raise Invalid(f"{email} isn't a user. Check the spelling.")
    return user


@users.command("demo")
def demo_people() -> None:
    """List the users of the demo."""
    if not current_app.config["CRM_DEMO"]:
        raise click.UsageError("Sample users exist only in the demo.")
    click.echo("\n".join(describe_demo_users()))


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(init)
    app.cli.add_command(users)
