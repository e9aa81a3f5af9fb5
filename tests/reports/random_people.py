"""Random officials, rules to keep in touch, roles at U.S. posts and gifts, and who attended random interactions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import sqlalchemy as sa

from crm.compliance.models import Gift
from crm.compliance.policy import GiftDirection, GiftKind, GiftState
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record_dates import RecordDates
from crm.followups.enums import Tier
from crm.followups.models import Cadence
from crm.interactions.models import Interaction, InteractionParty
from crm.interactions.policy import InteractionRole
from crm.people.models import Affiliation, Person, PostHolder
from crm.people.policy import OfficialKind, OfficialRank
from tests.factories import client_of, organization, post, post_role, team_id_of
from tests.reports.random_records import ZONE, hide_or_archive


def add_random_people(people: Any, seed: int) -> None:
    """Add people of two teams and shared ones, most of them at open or confidential organizations."""
    random, today = Random(seed), clock.today(ZONE.key)
    places = [organization("Bureau"), client_of("Inland"), client_of("Inland", confidential=True), client_of("Bay")]
    posts = [post_role(post(f"Post {n}"), f"Role {m}") for n in range(3) for m in range(3)]
    users = [people[name] for name in ("anna", "clara", "boris")]
    rows = []
    for n in range(40):
        row = Person(family_latin=f"Person {n}", label=f"Person {n}", sort_key=f"person {n}")
        row.team_id = random.choice([None, None, team_id_of("Inland"), team_id_of("Bay")])
        row.counselor_id = random.choice(users).id
        rows.append(row)
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        for place in [places[0], *random.sample(places[1:], random.randint(0, 1))]:
            position = Affiliation(
                person_id=row.id, organization_id=place.id, official=random.choice(list(OfficialKind))
            )
            position.to_on, position.main = random.choice([None, None, today]), random.random() < 0.3
            position.title, position.rank = random.choice(["Director", None]), random.choice([None, *OfficialRank])
            position.rank_words = random.choice([None, "副厅级"])
            db.session.add(position)
        _add_cadence(random, row)
        if row.team_id is not None:
            hide_or_archive(random, row)
    for role in posts:
        for row in random.sample(rows, random.randint(0, 2)):
            to_on = random.choice([None, today - timedelta(days=random.randint(0, 90))])
            ends_on = random.choice([None, today + timedelta(days=random.randint(-30, 900))])
            holder = PostHolder(post_role_id=role.id, person_id=row.id, to_on=to_on, expected_end_on=ends_on)
            db.session.add(holder)
    for interaction_id in db.session.scalars(sa.select(Interaction.id).order_by(Interaction.id)).all():
        for row in random.sample(rows, random.randint(1, 3)):
            role = random.choice([InteractionRole.attended, InteractionRole.attended, InteractionRole.copied])
            db.session.add(InteractionParty(interaction_id=interaction_id, person_id=row.id, role=role))
    occasions = db.session.scalars(sa.select(Interaction.id).order_by(Interaction.id)).all()
    for _n in range(120):
        gift = _add_gift(random, random.choice([*rows[:8], None]), random.choice(places), random.choice(users))
        gift.occasion_id = random.choice(occasions) if random.random() < 0.2 else None
    db.session.flush()
    db.session.expire_all()


def _add_cadence(random: Random, row: Person) -> None:
    today = clock.today(ZONE.key)
    rule = Cadence(record_id=row.id, tier=random.choice(list(Tier)), every_days=random.choice([None, None, 14]))
    rule.counts_from = today - timedelta(days=random.randint(0, 200))
    db.session.add(rule)
    if random.random() < 0.7:
        reached_at = clock.now() - timedelta(days=random.randint(0, 200), hours=random.randint(0, 23))
        db.session.merge(RecordDates(record_id=row.id, team_key=0, last_reached_at=reached_at))


def _add_gift(random: Random, row: Person | None, place: Any, user: Any) -> Gift:
    """Add a gift between a user and a person, or an organization."""
    today = clock.today(ZONE.key)
    gift = Gift(
        direction=random.choice(list(GiftDirection)),
        kind=random.choice(list(GiftKind)),
        given_on=today - timedelta(days=random.randint(0, 120)),
        person_id=row.id if row is not None else None,
        organization_id=place.id if row is None or random.random() < 0.8 else None,
        official=random.choice(list(OfficialKind)),
        user_id=user.id,
        description="Tea",
        purpose="Visit",
        amount=Decimal(40),
        usd=random.choice([None, Decimal("12.50"), Decimal(40)]),
        state=random.choice(list(GiftState)),
        archived_at=random.choice([None, None, None, clock.now()]),
    )
    db.session.add(gift)
    return gift
