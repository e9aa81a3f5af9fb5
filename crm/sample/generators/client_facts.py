"""Generates what is on record of a client: status, agreement, figures."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from crm.organizations.policy import BusinessStage, ClientStatus, LegalForm, YesNoUnknown
from crm.sample.places import SamplePlace
from crm.sample.rows.specs import ClientFacts, ClientFigures


def draw_client_facts(rng: random.Random, made_at: datetime, place: SamplePlace) -> ClientFacts:
    made_on = made_at.date()
    status = rng.choices(tuple(ClientStatus), (22, 66, 9, 3))[0]
    signed_on = made_on + timedelta(days=rng.randint(0, 20)) if status is not ClientStatus.pre_client else None
    until = signed_on + timedelta(days=365 * rng.randint(2, 4)) if signed_on else None
    is_known = rng.random() < (0.8 if signed_on else 0.35)
    return ClientFacts(
        status=status,
        stage=rng.choices((*BusinessStage, None), (4, 10, 76, 10))[0],
        legal_form=rng.choice(tuple(LegalForm)) if is_known or rng.random() < 0.5 else None,
        founded_on=date(rng.randint(1988, 2024), rng.randint(1, 12), 1) if is_known else None,
        county=place.county,
        naics=rng.choice(("334513", "333310", "111335", "339112", "541330", None)),
        step=rng.choice(tuple(YesNoUnknown)),
        signed_on=signed_on,
        until=until,
        figures=_draw_figures(rng, made_on) if is_known else None,
    )


def _draw_figures(rng: random.Random, as_of: date) -> ClientFigures:
    staff = int(rng.lognormvariate(2.8, 0.9)) + 1
    sales = staff * rng.randint(90, 260) * 1000
    return ClientFigures(
        as_of=as_of,
        staff=staff,
        export_staff=rng.choice((0, 1, 1, 2, None)),
        sales=sales if rng.random() < 0.85 else None,
        export_sales=rng.choice((0, sales // 20, sales // 8, sales // 4, None)),
        us_content=rng.choice((55, 68, 74, 80, 92, None)),
        export_countries=rng.choice((None, "Mexico", "Canada, Mexico", "Japan, Taiwan", "Vietnam")),
    )
