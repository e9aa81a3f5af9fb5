"""A chain from a U.S. post to a signed opportunity of a client of Inland."""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from crm.core.policy import SYSTEM
from crm.interactions.policy import InteractionState
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
from crm.opportunities.policy import OpportunityStage
from crm.projects.policy import SourceKind
from crm.projects.services import add_project
from crm.shows.services import save_show
from tests.factories import client_of, person, post, representation
from tests.factories.opportunities import make_opportunity


@pytest.fixture
def chain(people: dict[str, Any], clock: Any) -> SimpleNamespace:
    """Return a client of anna with post, project, show, meeting, China rep and signed opportunity."""
    client = client_of("Inland", "Tri-Valley Sensors", counselor=people["anna"])
    consulate = post("Consulate Shanghai", country="CN")
    source = {"source_kind": SourceKind.post, "source_id": consulate.id}
    project = add_project(SYSTEM, {"name": "Ningbo Water Works", "country": "CN", **source})
    show = save_show(
        SYSTEM,
        {
            "name": "Aquatech China",
            "zone": "Asia/Shanghai",
            "starts_on": date(2025, 11, 3),
            "ends_on": date(2025, 11, 5),
        },
    )
    rep = representation(client, person("Zhou", "Limin", country="CN"))
    opportunity = make_opportunity(
        client,
        "Level meters for Ningbo",
        stage=OpportunityStage.contracted,
        counselor=people["anna"],
        project_id=project.id,
        representation_id=rep.id,
        amount=260000,
    )
    values = {"wall": datetime(2025, 11, 4, 10), "zone": "Asia/Shanghai", "state": InteractionState.held}
    details = InteractionDetails(clients=[ClientMinutes(client.id, contact=30)], about=[opportunity.id, show.id])
    talk = log_interaction(SYSTEM, values | {"minutes": 30, "subject": "Booth talk"}, details)
    return SimpleNamespace(
        client=client, post=consulate, project=project, show=show, rep=rep, opportunity=opportunity, talk=talk
    )
