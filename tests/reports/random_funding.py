"""Random facts of clients and sessions, rules, awards with goals, and workshops with their attendees."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.funding.models import Award, AwardGoal, FunderRule
from crm.funding.policy.awards import GoalMeasure
from crm.impact.models import Milestone
from crm.interactions.counting import RequiredFact
from crm.interactions.models import Interaction, InteractionClient, InteractionTime
from crm.interactions.policy import InteractionOutcome, SessionType
from crm.organizations.models import Client, ClientAgreement, DatedFact, Organization
from crm.organizations.policy import FactKind, LegalForm
from crm.people.models import Affiliation, Person
from crm.reference.models import Funder
from crm.shows.models import Show, ShowParticipant
from crm.shows.policy import Attendance, ParticipantRole, ShowKind
from tests.factories import team_id_of
from tests.reports.random_records import ZONE, add_interaction, hide_or_archive
from tests.reports.random_results import add_milestones

PLACES = [("Kern", None), (None, "93301"), ("Kern", "")]
"""County and ZIP of clients."""


def add_random_funding(people: Any, seed: int) -> None:
    """Give random records what funders want; add awards with all goals, one that is over and one of the next weeks."""
    random, today = Random(seed), clock.today(ZONE.key)
    funders = list(db.session.scalars(sa.select(Funder).order_by(Funder.id)))
    _complete_clients(random)
    _add_sessions(random, people, funders)
    for funder, requirement in product(funders, (RequiredFact.naics, RequiredFact.sales, RequiredFact.english_line)):
        for _n in range(random.randint(0, 2)):
            rule = FunderRule(funder_id=funder.id, requirement=requirement, is_required=random.random() < 0.5)
            rule.from_on = today - timedelta(days=random.randint(0, 90))
            rule.to_on = random.choice([None, rule.from_on + timedelta(days=20)])
            db.session.add(rule)
    users = [None, people["anna"].id, people["clara"].id]
    for funder, (first, last) in product(funders, ((-60, -20), (-45, 30))):
        award = Award(funder_id=funder.id, number="A", from_on=today + timedelta(first), to_on=today + timedelta(last))
        db.session.add(award)
        db.session.flush()
        for measure, team_id, user_id in product(GoalMeasure, (None, team_id_of("Inland"), team_id_of("Bay")), users):
            goal = AwardGoal(award_id=award.id, measure=measure, team_id=team_id, user_id=user_id)
            goal.target = Decimal(random.randint(1, 40))
            db.session.add(goal)
    add_milestones(people, seed)
    for row in db.session.scalars(sa.select(Milestone).order_by(Milestone.id)):
        row.funder_id, row.counselor_id = random.choice(funders).id, random.choice(users)
    add_workshops(random, funders, users)
    db.session.flush()
    db.session.expire_all()


def _complete_clients(random: Random) -> None:
    """Give each client most of the facts, some of them from a day in the last weeks on."""
    today = clock.today(ZONE.key)
    for row in db.session.scalars(sa.select(Organization).order_by(Organization.id)):
        client = db.session.get(Client, row.id) or Client(organization_id=row.id)
        client.county, row.postal_code = random.choice(
            [("Kern", None), (None, "93301"), ("Kern", ""), ("", "")][: random.choice([3, 4])]
        )
        client.legal_form, client.founded_on = LegalForm.llc, random.choice([*[today] * 8, None])
        client.naics = random.choice(["333310", None])
        db.session.add(client)
        for _n in range(random.randint(1, 2)):
            agreement = ClientAgreement(organization_id=row.id, on_file=random.random() < 0.9)
            agreement.from_on = today - timedelta(days=random.choice([70, 40, 400]))
            agreement.to_on = random.choice([None, None, None, today - timedelta(days=10)])
            db.session.add(agreement)
        for kind in (FactKind.staff, FactKind.sales):
            fact = DatedFact(organization_id=row.id, kind=kind, source="Client")
            fact.number = random.choice([0, *[12] * 8, None])
            fact.as_of = today - timedelta(days=random.choice([*[500] * 5, 30]))
            db.session.add(fact)
    db.session.flush()


def _add_sessions(random: Random, people: Any, funders: list[Any]) -> None:
    """Add sessions of clients, and give all sessions what decides whether they count."""
    clients = list(db.session.scalars(sa.select(Organization).order_by(Organization.team_id, Organization.id)))
    for _n in range(60):
        add_interaction(random, clients, [people[name] for name in ("anna", "clara", "dora")], funders)
    for row in db.session.scalars(sa.select(Interaction).order_by(Interaction.id)):
        row.reached = random.choice([*[InteractionOutcome.talked] * 8, None, InteractionOutcome.no_answer])
        row.english_line = random.choice([None, "Wants a price."])
    for row in db.session.scalars(sa.select(InteractionClient).order_by(*InteractionClient.__table__.primary_key)):
        row.session_type, row.countable = random.choice([*[None] * 6, *SessionType]), random.random() < 0.9
        if random.random() < 0.7:
            time = InteractionTime(
                interaction_id=row.interaction_id, client_id=row.client_id, user_id=people["anna"].id
            )
            time.contact, time.prep, time.travel = random.choice([20, 150]), random.choice([0, 10]), 5
            db.session.merge(time)
    db.session.flush()


def add_workshops(random: Random, funders: list[Any], users: list[Any]) -> None:
    """Add events of this and the last quarter; people of clients and clients are on their lists, with any status."""
    today = clock.today(ZONE.key)
    clients = list(db.session.scalars(sa.select(Organization).order_by(Organization.id)))
    guests: list[Any] = [*clients]
    for n, client in enumerate(clients * 2):
        row = Person(family_latin=f"Guest {n}", label=f"Guest {n}", sort_key=f"guest {n}", team_id=client.team_id)
        db.session.add(row)
        db.session.flush()
        db.session.add(Affiliation(person_id=row.id, organization_id=client.id))
        hide_or_archive(random, row)
        guests.append(row)
    for n in range(12):
        day = today - timedelta(days=random.randint(-10, 90))
        show = Show(name=f"Event {n}", label=f"Event {n}", sort_key=f"event {n}", starts_on=day, ends_on=day)
        show.type = random.choice([ShowKind.workshop, ShowKind.webinar, ShowKind.trade_show])
        show.funder_id, show.counselor_id = random.choice([*funders]).id, random.choice(users)
        show.team_id = random.choice([None, None, team_id_of("Inland"), team_id_of("Bay")])
        db.session.add(show)
        db.session.flush()
        if show.team_id is not None:
            hide_or_archive(random, show)
        for guest in random.sample(guests, random.randint(3, len(guests))):
            going = ShowParticipant(show_id=show.id, record_id=guest.id, attendance=random.choice(list(Attendance)))
            going.going_as = random.choice([ParticipantRole.visitor, ParticipantRole.visitor, *ParticipantRole])
            db.session.add(going)
    db.session.flush()
