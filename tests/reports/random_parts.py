"""Random assistance of clients, referrals of clients to partners, and attendance at workshops."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.funding.models import Assistance, Award, PartnerReferral
from crm.funding.policy.step import AssistanceState, ReferralPartner, StepActivity
from crm.organizations.models import Client
from crm.reference.models import Funder
from tests.factories import client_of
from tests.reports.random_funding import add_workshops
from tests.reports.random_records import ZONE, hide_or_archive

AMOUNTS = ("approved", "spent", "match")


def add_random_parts(people: Any, seed: int) -> None:
    """Add them for clients of two teams, of which some are confidential and some archived."""
    random, today = Random(seed), clock.today(ZONE.key)
    funders = list(db.session.scalars(sa.select(Funder).order_by(Funder.id)))
    users = [people[name] for name in ("anna", "clara")]
    awards = [Award(funder_id=funders[0].id, number=f"A{n}", from_on=today, to_on=today) for n in range(2)]
    db.session.add_all(awards)
    clients = [client_of(random.choice(["Inland", "Inland", "Bay"])) for _n in range(12)]
    for row in clients:
        row.counselor_id = random.choice([None, *(user.id for user in users)])
        db.session.get_one(Client, row.id).county = random.choice(["Kern", "Orange", None])
        hide_or_archive(random, row)
    db.session.flush()
    for _n in range(40):
        values: dict[str, Any] = {
            "client_id": random.choice(clients).id,
            "award_id": random.choice([None, *(award.id for award in awards)]),
            "activity": random.choice(list(StepActivity)[:4]),
            "state": random.choice(list(AssistanceState)),
            "description": "Booth",
            "on": today - timedelta(days=random.randint(-60, 400)),
            "report_due_on": random.choice([None, today]),
        }
        amounts = {
            name: random.choice([None, Decimal("0.10"), Decimal(8000)]) for name in ("approved", "spent", "match")
        }
        db.session.add(Assistance(**values, **amounts))
        referral = PartnerReferral(
            client_id=random.choice(clients).id, reason="Loan", result=random.choice([None, "Got"])
        )
        referral.partner = random.choice(list(ReferralPartner))
        referral.on = today - timedelta(days=random.randint(0, 400))
        db.session.add(referral)
    add_workshops(random, funders, [None, *(user.id for user in users)])
    db.session.flush()
    db.session.expire_all()
