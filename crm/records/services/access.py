"""Access to records that are about other records, decided from all records they are linked with.

Each feature declares with `declare_links` which records a record of its kind is about. `update_access` applies the
decision: after each create and edit, when the access of a linked record changes, and in `flask --app crm check`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.core.data.identity import Membership, User
from crm.core.data.record import Record, RecordReader, refresh_derived, update_dependents
from crm.core.errors import Invalid
from crm.core.hooks import DEPENDENT_UPDATES, MEMBERSHIP_CHANGED
from crm.core.policy import Role
from crm.core.words import _
from crm.records.policy import Access, decide_access, hides_from_managers, shared_users

from .access_links import LINKS, about_confidential, confidential_links


def update_access(kind: str, ids: Iterable[int]) -> set[int]:
    """Give records the confidentiality and readers of what they are about. Returns the ids that changed."""
    db.session.flush()
    changed: dict[int, Access] = {}
    for part in chunked(dict.fromkeys(ids)):
        changed |= _decide(kind, part)
    for record_id, access in changed.items():
        write_access(db.session.get_one(Record, record_id), access)
    return set(changed)


@contextmanager
def keep_readers(record: Record) -> Iterator[None]:
    """Let a confidential record get no further readers while its links change.

    If a link to a confidential record was removed, its readers stay: the text may still be about that record.
    """
    if not record.confidential or record.restricted:
        yield
        return
    db.session.flush()
    before = _confidential_ids(record)
    record.restricted = True
    yield
    record.restricted = False
    db.session.flush()
    if before <= _confidential_ids(record):
        update_access(record.kind, [record.id])
    else:
        record.restricted = True


def _confidential_ids(record: Record) -> set[int]:
    return confidential_links(record.kind, [record.id]).get(record.id, set())


def require_access(record: Record, user_id: int | None, field: str = "counselor_id") -> None:
    """Raise Invalid on `field` if a user who is to get a record may not see all records that it is about."""
    if user_id is None:
        return
    db.session.flush()
    hosts = _hosts_of(record)
    if hosts and user_id not in shared_users(hosts) and user_id not in managers_of(hosts, [user_id]):
        name = db.session.scalar(sa.select(User.name).where(User.id == user_id))
        raise Invalid(_("%(name)s doesn't have access to this confidential record.", name=name), field)


def require_one_team(record: Record, field: str | None = None) -> None:
    """Raise Invalid if a record is about confidential records of several teams: no user could see all of them."""
    if len({access.team_id for access in _hosts_of(record)}) > 1:
        raise Invalid(_("These records are confidential in different teams. Use a separate entry for each."), field)


def set_confidentiality(record: Record, *, confidential: bool, readers: Iterable[int]) -> None:
    """Make a record confidential for its counselor and the chosen readers, or open it again.

    Records about it follow: they become confidential too, and open again unless their readers were chosen by a user.
    Raises Invalid without a team, and if a reader may not see what the record is about.
    """
    if confidential and record.team_id is None:
        raise Invalid(_("Choose a team first. A shared record can't be confidential."), "confidential")
    db.session.flush()
    reader_ids = frozenset(readers) if confidential else frozenset()
    hosts = _hosts_of(record)
    if hosts and not confidential:
        raise Invalid(
            _("This record is linked to a confidential record, so it must stay confidential."), "confidential"
        )
    for user_id in sorted(reader_ids) if hosts else ():
        require_access(record, user_id, "readers")
    chosen = Access(record.team_id, record.counselor_id, confidential, reader_ids - {record.counselor_id})
    derived = bool(hosts) and chosen.user_ids == shared_users(hosts) | {record.counselor_id}
    was_confidential = record.confidential
    chosen = chosen._replace(restricted=confidential and not derived, without_managers=hides_from_managers(hosts))
    write_access(record, chosen)
    if was_confidential and not confidential:
        _reopen_about(record)


def _reopen_about(host: Record) -> None:
    """Open the records that were confidential only because of a record that is open now."""
    for kind, pairs in LINKS.items():
        stmt = (
            sa.select(pairs.c.id)
            .join(Record, Record.id == pairs.c.id)
            .where(pairs.c.record_id == host.id, Record.confidential, sa.not_(Record.restricted))
        )
        ids = list(db.session.scalars(stmt))
        still_secret = confidential_links(kind, ids)
        for record in db.session.scalars(sa.select(Record).where(Record.id.in_(set(ids) - still_secret.keys()))).all():
            open_access = Access(record.team_id, record.counselor_id, confidential=False, reader_ids=frozenset())
            write_access(record, open_access)
            _reopen_about(record)


def copy_access(record: Record, source: Record) -> None:
    """Give a record the team, confidentiality and readers of another record; its counselor stays."""
    access = load_access([source.id])[source.id]
    write_access(record, access._replace(counselor_id=record.counselor_id))


def write_access(record: Record, access: Access) -> None:
    """Write who may see a record, and update the values derived from it and the records about it."""
    record.confidential, record.restricted = access.confidential, access.restricted
    record.team_id, record.counselor_id = access.team_id, access.counselor_id
    record.without_managers = access.without_managers
    rows = db.session.scalars(sa.select(RecordReader).where(RecordReader.record_id == record.id))
    existing = {row.user_id: row for row in rows}
    db.session.add_all(
        RecordReader(record_id=record.id, user_id=user_id) for user_id in sorted(access.reader_ids - existing.keys())
    )
    for user_id in existing.keys() - access.reader_ids:
        db.session.delete(existing[user_id])
    refresh_derived(record)
    update_dependents(record)


def find_wrong_access() -> list[int]:
    """Return ids of records whose readers may not see what they are about; empty unless data is inconsistent."""
    return sorted(i for kind in LINKS for part in chunked(about_confidential(kind)) for i in _decide(kind, part))


def rebuild_access() -> int:
    """Update the access of all such records; return how many changed."""
    changed: set[int] = set()
    # A record may be about another one whose access has just been updated.
    while newly_changed := {i for kind in LINKS for i in update_access(kind, about_confidential(kind))} - changed:
        changed |= newly_changed
    return len(changed)


def _update_linked_access(record: Record) -> None:
    """Update the access of a confidential record that changed, and of the records about it."""
    if not record.confidential:
        return
    if record.kind in LINKS:
        update_access(record.kind, [record.id])
    for kind, pairs in LINKS.items():
        update_access(kind, db.session.scalars(sa.select(pairs.c.id).where(pairs.c.record_id == record.id)).all())


DEPENDENT_UPDATES.append(_update_linked_access)


def _update_access_of_counselor(user_id: int) -> None:
    """Update the confidential records of a counselor, who may see what they are about only as a manager of a team."""
    for kind in LINKS:
        stmt = sa.select(Record.id).where(Record.kind == kind, Record.counselor_id == user_id, Record.confidential)
        update_access(kind, db.session.scalars(stmt.order_by(Record.id)).all())


MEMBERSHIP_CHANGED.append(_update_access_of_counselor)


def _decide(kind: str, ids: Collection[int]) -> dict[int, Access]:
    """Return the decided access of those records that have another one."""
    links = confidential_links(kind, ids)
    if not links:
        return {}
    access = load_access({*links, *(i for hosts in links.values() for i in hosts)})
    new = {}
    for record_id, host_ids in links.items():
        own, hosts = access[record_id], [access[i] for i in sorted(host_ids)]
        new[record_id] = decide_access(own, hosts, managers_of(hosts, [own.counselor_id]))
    return {record_id: decided for record_id, decided in new.items() if decided != access[record_id]}


def _hosts_of(record: Record) -> list[Access]:
    """Return the access of the confidential records that a record is about."""
    if record.kind not in LINKS:
        return []
    return list(load_access(_confidential_ids(record)).values())


def load_access(ids: Collection[int]) -> dict[int, Access]:
    """Return who may see records, by id: two statements, none without ids."""
    if not ids:
        return {}
    readers: dict[int, set[int]] = defaultdict(set)
    reader_rows = sa.select(RecordReader.record_id, RecordReader.user_id).where(RecordReader.record_id.in_(ids))
    for record_id, user_id in db.session.execute(reader_rows):
        readers[record_id].add(user_id)
    columns = (Record.team_id, Record.counselor_id, Record.confidential, Record.restricted, Record.without_managers)
    rows = db.session.execute(sa.select(Record.id, *columns).where(Record.id.in_(ids)).order_by(Record.id))
    return {
        record_id: Access(team_id, counselor_id, confidential, frozenset(readers[record_id]), *restrictions)
        for record_id, team_id, counselor_id, confidential, *restrictions in rows
    }


def managers_of(hosts: Collection[Access | Record], user_ids: Collection[int | None]) -> set[int]:
    """Return those of the users who see all these confidential records as managers of their team."""
    team_ids = {host.team_id for host in hosts}
    if len(team_ids) != 1 or any(host.without_managers for host in hosts) or not any(user_ids):
        return set()
    stmt = (
        sa.select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(User.id.in_(user_ids), User.role == Role.manager, Membership.team_id.in_(team_ids))
    )
    return set(db.session.scalars(stmt))
