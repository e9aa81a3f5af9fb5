"""Reassign the records of a user to one or several new owners; other features add what else is reassigned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, NoReturn

import sqlalchemy as sa

from crm.accounts.policy import EventKind
from crm.accounts.queries import records_to_reassign
from crm.accounts.security_log import add_event
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.chunks import chunked
from crm.core.data.history import Batch, in_batch
from crm.core.data.identity import Membership, Team, User
from crm.core.data.reassign import reassign_all
from crm.core.data.record import Record
from crm.core.errors import Invalid
from crm.core.hooks import DEPENDENTS, USER_PARTS, UserPart
from crm.core.i18n import formats
from crm.core.policy import Role
from crm.core.words import Lazy, _, join_facts, ngettext

BATCH_KIND = "reassign"
GroupKey = tuple[int, str]
"""The team (0: shared by all teams) and the kind of records that can get an owner of their own."""
OwnersByGroup = Mapping[GroupKey, User]


class RecordGroup(NamedTuple):
    """The records of a user of one team and kind; `team` is "" for records that all teams share.

    `following` of them, such as products, get the owner of their client or project, which is reassigned with them.
    """

    key: GroupKey
    team: str
    number: int
    following: int

    @property
    def follows(self) -> bool:
        """Whether all of them follow, so that the group can't get an owner of its own."""
        return self.following == self.number


class NewOwner(NamedTuple):
    """A user who can get records, with the ids of the user's teams."""

    user: User
    team_ids: frozenset[int]


def list_record_groups(user_id: int) -> list[RecordGroup]:
    """Return the records to reassign by team and kind, those of teams first."""
    stmt = (
        sa.select(sa.func.coalesce(Record.team_id, 0), Record.kind, sa.func.coalesce(Team.name, ""), sa.func.count())
        .outerjoin(Team, Team.id == Record.team_id)
        .where(records_to_reassign(user_id))
        .group_by(Record.team_id, Record.kind, Team.name)
    )
    following = _count_following(user_id)
    groups = [
        RecordGroup((team_id, kind), team, number, following[team_id, kind])
        for team_id, kind, team, number in db.session.execute(stmt)
    ]
    return sorted(groups, key=lambda group: (not group.team, group.team, group.key))


def _count_following(user_id: int) -> Counter[GroupKey]:
    """Return how many records of each group follow another one of the user."""
    counts: Counter[GroupKey] = Counter()
    own = records_to_reassign(user_id)
    # A restricted record, such as a need that was about a confidential client before, doesn't follow an open one.
    may_follow = sa.and_(own, sa.not_(Record.restricted))
    team_id = sa.func.coalesce(Record.team_id, 0)
    for host_kind, select_dependents in DEPENDENTS:
        host_ids = db.session.scalars(sa.select(Record.id).where(own, Record.kind == host_kind)).all()
        for part in chunked(host_ids):
            follows = Record.id.in_(sa.select(select_dependents(part).subquery().c.id))
            stmt = sa.select(team_id, Record.kind, sa.func.count()).where(may_follow, follows)
            rows = db.session.execute(stmt.group_by(Record.team_id, Record.kind))
            counts.update({(row[0], row[1]): row[2] for row in rows})
    return counts


def list_parts(user_id: int, *, is_leaving: bool) -> list[tuple[Lazy, int]]:
    """Return what a user passes on besides the records, such as planned interactions: labels and numbers above 0."""
    counts = ((part.label, part.count(user_id)) for part in _parts(is_leaving=is_leaving))
    return [(label, number) for label, number in counts if number]


def describe_rest(user: User, new_owner: User | None) -> str:
    """Return a sentence on what stays with a user, because the new owner doesn't have access to it; "" if nothing."""
    parts = list_parts(user.id, is_leaving=user.disabled_at is not None)
    if new_owner is None or not parts:
        return ""
    names = join_facts(f"{label} ({formats.num(number)})" for label, number in parts)
    return _("Not reassigned, because %(name)s doesn't have access: %(parts)s.", name=new_owner.name, parts=names)


def _parts(*, is_leaving: bool) -> list[UserPart]:
    return [part for part in USER_PARTS if is_leaving or not part.is_personal]


def has_access_to_teams(user: User, team_ids: Collection[int], affected: set[int]) -> bool:
    """Return whether an active user has access to the records of the affected teams."""
    return user.active and (user.role is Role.network_manager or affected <= set(team_ids))


def list_candidates(leaving_id: int) -> list[NewOwner]:
    """Return all other active users who have accepted their invitation, sorted by name."""
    teams: dict[int, set[int]] = {}
    for user_id, team_id in db.session.execute(sa.select(Membership.user_id, Membership.team_id)):
        teams.setdefault(user_id, set()).add(team_id)
    stmt = sa.select(User).where(User.active, User.password.is_not(None), User.id != leaving_id)
    users = db.session.scalars(stmt.order_by(User.name, User.id))
    return [NewOwner(user, frozenset(teams.get(user.id, ()))) for user in users]


def limit_candidates(candidates: Collection[NewOwner], affected: set[int]) -> list[User]:
    """Return the users who have access to the records of the affected teams."""
    return [user for user, team_ids in candidates if has_access_to_teams(user, team_ids, affected)]


def affected_teams(groups: Collection[RecordGroup]) -> set[int]:
    """Return the ids of the teams of these records; a new owner needs access to all of them."""
    return {group.key[0] for group in groups} - {0}


def reassign_user_records(
    old: User, new_owner: User | None, by_group: OwnersByGroup | None = None, *, leaves_unassigned: bool = False
) -> int:
    """Reassign everything in this transaction, with the history of each record; return the number.

    `by_group` names other owners for some teams and kinds; products and needs follow their client in any case. With
    `leaves_unassigned`, confidential records that no owner may see are left without a counselor. They get one when a
    user gets access to all that they are about; restricted ones, whose users can only become fewer, when a manager who
    sees them assigns one. Raises Invalid if there are such records otherwise, and on `new_owner` if records or parts
    are left without an owner, or if an owner has no access to them.
    """
    by_group = by_group or {}
    rest = _check_owners(old, new_owner, by_group)
    record_ids = db.session.scalars(sa.select(Record.id).where(records_to_reassign(old.id))).all()
    batch = Batch(uid=new_uid(), kind=BATCH_KIND, title=batch_title(old), at=clock.now())
    db.session.add(batch)
    parts = 0
    with in_batch(db.session(), batch):
        for (team_id, kind), owner in by_group.items():
            of_group = sa.and_(Record.kind == kind, Record.team_id.is_not_distinct_from(team_id or None))
            reassign_all(sa.and_(records_to_reassign(old.id), of_group), old.id, owner.id)
        if new_owner is not None:
            if rest:
                reassign_all(records_to_reassign(old.id), old.id, new_owner.id)
            parts = sum(part.move(old, new_owner) for part in _parts(is_leaving=old.disabled_at is not None))
    # The events of owners of groups come first, in this order.
    moved: Counter[int | None] = Counter({owner.id: 0 for owner in by_group.values()})
    moved.update(_count_by_owner(record_ids))
    unassigned = moved.pop(None, 0) + moved.pop(old.id, 0)
    if unassigned and not leaves_unassigned:
        _refuse_unassigned(old, {*by_group.values(), *([new_owner] if new_owner else [])}, unassigned)
    if new_owner is not None:
        moved[new_owner.id] += parts
    _log(old, moved)
    return moved.total()


def _count_by_owner(record_ids: Sequence[int]) -> Counter[int | None]:
    """Return how many of these records each user has now, and nobody (None).

    Records may have followed their client, and confidential ones go to a user who may see all that they are about.
    """
    counts: Counter[int | None] = Counter()
    for part in chunked(record_ids):
        stmt = sa.select(Record.counselor_id, sa.func.count()).where(Record.id.in_(part))
        counts.update({row[0]: row[1] for row in db.session.execute(stmt.group_by(Record.counselor_id))})
    return counts


def _refuse_unassigned(old: User, owners: Collection[User], number: int) -> NoReturn:
    """Raise Invalid because no owner may see some confidential records.

    It is on the field `leaves_unassigned` where it can be accepted: a user who leaves can be deactivated in any case.
    """
    if len(owners) > 1:
        text = _("Choose one user for all these records. Some are about more than one confidential record.")
        raise Invalid(text, "new_owner")
    text = ngettext(
        "%(num)s confidential record is also about records that %(name)s has no access to. "
        "Give %(name)s access to these first, or choose someone who has it.",
        "%(num)s confidential records are also about records that %(name)s has no access to. "
        "Give %(name)s access to these first, or choose someone who has it.",
        number,
        name=next(iter(owners)).name,
    )
    raise Invalid(text, "leaves_unassigned" if old.disabled_at is not None else "new_owner")


def batch_title(old: User) -> str:
    """Return the title of the batches in which the records of a user were reassigned."""
    return f"user {old.id}"


def _log(old: User, moved: Mapping[int | None, int]) -> None:
    """Add an event for each new owner: from whom, to whom, how many."""
    for owner_id, count in moved.items():
        if count:
            detail = f"{old.email} → {db.session.get_one(User, owner_id).email}"
            add_event(db.session(), EventKind.reassigned, user_id=old.id, count=count, detail=detail)


def _check_owners(old: User, new_owner: User | None, by_group: OwnersByGroup) -> list[RecordGroup]:
    """Return the groups that need the owner of all. Raises Invalid."""
    groups = list_record_groups(old.id)
    rest = [group for group in groups if group.key not in by_group and not group.follows]
    if new_owner is None and (rest or list_parts(old.id, is_leaving=old.disabled_at is not None)):
        raise Invalid(_("Choose a user to reassign the records to."), "new_owner")
    for (team_id, _kind), owner in by_group.items():
        _check_new_owner(old, owner, {team_id} - {0})
    if new_owner is not None:
        _check_new_owner(old, new_owner, affected_teams(rest))
    return rest


def _check_new_owner(old: User, new_owner: User, affected: set[int]) -> None:
    if new_owner.id == old.id:
        raise Invalid(_("Choose another user."), "new_owner")
    own = set(db.session.scalars(sa.select(Membership.team_id).where(Membership.user_id == new_owner.id)))
    if has_access_to_teams(new_owner, own, affected):
        return
    if not new_owner.active:
        raise Invalid(_("%(name)s is deactivated. Choose an active user.", name=new_owner.name), "new_owner")
    stmt = sa.select(Team.name).where(Team.id.in_(affected - own)).order_by(Team.name)
    raise Invalid(
        _(
            "%(name)s isn't a member of %(teams)s and can't see the records. Choose another user.",
            name=new_owner.name,
            teams=", ".join(db.session.scalars(stmt)),
        ),
        "new_owner",
    )
