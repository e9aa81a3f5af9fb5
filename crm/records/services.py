"""Change what hangs on a record. Whoever calls has checked the right on the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from werkzeug.datastructures import FileStorage

from crm import names
from crm.core import clock
from crm.core.db import db, own_transaction
from crm.core.errors import Invalid
from crm.core.files import keep_file
from crm.core.giving import give_to
from crm.core.identity import Membership, User
from crm.core.policy import Actor, Role
from crm.core.record import Record, RecordReader, follow, refresh_derived
from crm.core.words import _

from .models import Attachment, ContactPoint, Evidence, Recent, RecordTag, Star, Tag
from .policy import EvidenceState, Medium, PointLabel

MOST_TAGS = 20
RECENT_KEPT = 30


class Point(NamedTuple):
    """A mail address, phone number or WeChat name as typed."""

    medium: Medium
    label: PointLabel
    raw: str


def set_points(record: Record, points: Iterable[Point], country: str | None, field: str | None = None) -> list[str]:
    """Make these the record's mails, phones and WeChat names, in this order; gives search tokens of all.

    Phones keep what was typed, and E.164 where valid. Raises Invalid on `field` for a mail address that is none.
    """
    kept = {
        (p.medium, p.raw): p
        for p in db.session.scalars(sa.select(ContactPoint).where(ContactPoint.record_id == record.id))
    }
    words: list[str] = []
    seen: set[tuple[Medium, str]] = set()
    for position, point in enumerate(points):
        raw = point.raw.strip()
        key = (point.medium, raw)
        if not raw or key in seen:
            continue
        seen.add(key)
        row = kept.get(key) or ContactPoint(record_id=record.id, medium=point.medium, raw=raw)
        row.label, row.position = point.label, position
        row.value, row.extension = _normalized(point.medium, raw, country, field)
        db.session.add(row)
        words.append(point_tokens(row.medium, row.value or row.raw))
    for key, row in kept.items():
        if key not in seen:
            db.session.delete(row)
    db.session.flush()
    return words


def _normalized(medium: Medium, raw: str, country: str | None, field: str | None) -> tuple[str, str]:
    if medium is Medium.email:
        try:
            return validate_email(raw, check_deliverability=False).normalized.lower(), ""
        except EmailNotValidError:
            raise Invalid(
                _("“%(raw)s” is not a mail address. Write one such as name@example.org.", raw=raw), field
            ) from None
    if medium is Medium.phone:
        phone = names.parse_phone(raw, country)
        return phone.e164 or "", phone.ext or ""
    return raw.lower(), ""


def point_tokens(medium: Medium, text: str) -> str:
    """Search tokens of a mail address, phone number or WeChat name."""
    return names.phone_tokens(text) if medium is Medium.phone else names.tokens(text)


def tag_key(name: str) -> str:
    """The folded form by which a tag is known: two that only sound alike are two."""
    return (" ".join(names.fold(name).split()) or name.strip().casefold())[:60]


def set_tags(record: Record, typed: str) -> None:
    """Make these the record's tags: words between commas; known ones are found whatever their case."""
    words = [t.strip()[:40] for t in typed.replace("，", ",").split(",") if t.strip()]
    wanted = {tag_key(word): word for word in reversed(words)}
    if len(wanted) > MOST_TAGS:
        raise Invalid(_("At most %(n)d tags.", n=MOST_TAGS), "tags")
    known = {t.key: t for t in db.session.scalars(sa.select(Tag).where(Tag.key.in_(wanted)))}
    for key, name in wanted.items():
        if key not in known:
            known[key] = Tag(name=name, key=key)
            db.session.add(known[key])
    db.session.flush()
    ids = {known[key].id for key in wanted}
    held = {t.tag_id: t for t in db.session.scalars(sa.select(RecordTag).where(RecordTag.record_id == record.id))}
    for tag_id in ids - held.keys():
        db.session.add(RecordTag(record_id=record.id, tag_id=tag_id))
    for tag_id in held.keys() - ids:
        db.session.delete(held[tag_id])
    db.session.flush()


def attach(
    actor: Actor, record: Record, uploads: Sequence[FileStorage | str], field: str = "files"
) -> list[Attachment]:
    """Keep files with a record. Raises Invalid on `field`."""
    made = []
    for upload in uploads:
        # A form that is no multipart sends the name alone.
        if not isinstance(upload, FileStorage) or not upload.filename:
            continue
        kept = keep_file(upload, field)
        made.append(
            Attachment(
                record_id=record.id, name=kept.name, media_type=kept.media_type, size=kept.size, sha256=kept.sha256,
                stored_as=kept.stored_as, at=clock.now(), by_id=actor.id,
            )
        )  # fmt: skip
    db.session.add_all(made)
    db.session.flush()
    return made


def star(actor: Actor, record: Record, *, on: bool) -> None:
    """Keep a record at hand, or no longer."""
    held = db.session.get(Star, (actor.id, record.id))
    if on and held is None:
        db.session.add(Star(user_id=actor.id, record_id=record.id, at=clock.now()))
    elif not on and held is not None:
        db.session.delete(held)
    db.session.flush()


RECENT: Any = Recent.__table__
USER = sa.bindparam("user", type_=sa.Integer)
OPENED: dict[str, Any] = {"at": sa.bindparam("now")}
SEEN_AGAIN = (
    sa.update(RECENT).where(RECENT.c.user_id == USER, RECENT.c.record_id == sa.bindparam("record")).values(OPENED)
)
SEEN_FIRST = sa.insert(RECENT).values(user_id=USER, record_id=sa.bindparam("record"), **OPENED)
FORGOTTEN = sa.delete(RECENT).where(
    RECENT.c.user_id == USER,
    RECENT.c.record_id.not_in(
        sa.select(RECENT.c.record_id)
        .where(RECENT.c.user_id == USER)
        .order_by(RECENT.c.at.desc())
        .limit(RECENT_KEPT)
        .scalar_subquery()
    ),
)


def note_recent(user_id: int, record_id: int) -> None:
    """Remember that a user opened a record, in a transaction of its own; older than the newest 30 are forgotten."""
    row = {"user": user_id, "record": record_id, "now": clock.now()}
    with own_transaction(lasting=False) as session:
        if not session.execute(SEEN_AGAIN, row).rowcount:  # type: ignore[attr-defined]
            session.execute(SEEN_FIRST, row)
            session.execute(FORGOTTEN, row)


def settle_by_hand(
    actor: Actor, record: Record, test: str, state: EvidenceState, where: str = "", result: str = ""
) -> Evidence:
    """Record that an exit test is met, or does not apply: by whom and when; a second word replaces the first."""
    asked = sa.select(Evidence).where(Evidence.record_id == record.id, Evidence.test == test)
    row = db.session.scalars(asked).one_or_none() or Evidence(record_id=record.id, test=test)
    row.state, row.where, row.result = state, where, result
    row.on, row.at, row.by_id = clock.today(actor.zone), clock.now(), actor.id
    db.session.add(row)
    db.session.flush()
    return row


def set_sight(record: Record, *, confidential: bool, readers: Iterable[int]) -> None:
    """Make a record confidential for its counselor and these readers, or open again. Raises Invalid without a team."""
    if confidential and record.team_id is None:
        raise Invalid(_("A shared record cannot be confidential. Give it a team first."), "confidential")
    record.confidential = confidential
    wanted = set(readers) if confidential else set()
    held = {
        r.user_id: r for r in db.session.scalars(sa.select(RecordReader).where(RecordReader.record_id == record.id))
    }
    for user_id in wanted - held.keys():
        db.session.add(RecordReader(record_id=record.id, user_id=user_id))
    for user_id in held.keys() - wanted:
        db.session.delete(held[user_id])
    refresh_derived(record)
    follow(record)


def hang_on(record: Record, host: Record) -> None:
    """Put a record where the one it belongs to is: in its team, and no wider than its circle.

    It is not opened by itself when the other one is: it may hold a secret of its own.
    """
    record.team_id = host.team_id
    if host.confidential:
        circle = set(host.reader_ids) | ({host.counselor_id} if host.counselor_id else set())
        if record.counselor_id not in circle:
            record.counselor_id = host.counselor_id
        set_sight(record, confidential=True, readers=[i for i in circle if i != record.counselor_id])
    elif host.team_id is None and record.confidential:
        set_sight(record, confidential=False, readers=())
    db.session.flush()


def may_name(record: Record, other: Record) -> bool:
    """Whether the words of a record may name another one: whoever sees the first sees the other too."""
    if other.team_id is None:
        return True
    if other.team_id != record.team_id:
        return False
    circle = {record.counselor_id, *record.reader_ids} - {None}
    if other.confidential:
        return record.confidential and circle <= {other.counselor_id, *other.reader_ids}
    members = sa.select(Membership.user_id).where(Membership.team_id == other.team_id, Membership.user_id.in_(circle))
    return not record.confidential or circle <= set(db.session.scalars(members))


def hand_over(record: Record, counselor_id: int | None) -> None:
    """Change whose a record is. Raises Invalid when the new counselor would not see it."""
    check_counselor(counselor_id, record.team_id, confidential=record.confidential)
    give_to(counselor_id, record)


def check_counselor(counselor_id: int | None, team_id: int | None, *, confidential: bool = False) -> None:
    """Raise Invalid on `counselor_id` unless this user would see a record of the team they are to care for."""
    if counselor_id is None:
        if confidential:
            raise Invalid(_("A confidential record needs a counselor."), "counselor_id")
        return
    if team_id is None:
        return
    member = sa.exists().where(Membership.user_id == User.id, Membership.team_id == team_id)
    sees = sa.or_(User.role == Role.network_manager, member)
    if db.session.scalar(sa.select(User.id).where(User.id == counselor_id, sees)) is None:
        raise Invalid(_("Choose somebody of the record's team: others would not see it."), "counselor_id")


def seclude_with(rows: Iterable[Record], host: Record) -> None:
    """Draw what is about a confidential record into its circle; what has a circle of its own keeps it."""
    for row in rows:
        if host.confidential and not row.confidential:
            hang_on(row, host)
