"""A confidential need of a shared project changes nothing that its team sees: matches, paths, lists, counts, digest."""

from __future__ import annotations

import pytest

from crm.projects.policy import ProjectRole
from crm.projects.services import save_need, save_party
from crm.reminders.blocks import blocks_for
from crm.reminders.queries import readers
from tests.factories import client_of, prime
from tests.laws.graphs.pages import normalize_page
from tests.matching.conftest import refreshed
from tests.reminders.digest_data import MORNING

LISTS = ("/matches/", "/matches/?as=csv", "/projects/", "/projects/board", "/projects/needs/", "/reports/leads", "/")


@pytest.fixture
def pages(meter, plant, prime_of_plant):
    """Return the paths of the pages that would show a need of the project, or count it."""
    ids = (meter.client_id, plant.id, prime_of_plant.id)
    records = [f"/products/{meter.id}", f"/projects/{plant.id}"]
    records += [f"/organizations/{meter.client_id}", f"/organizations/{prime_of_plant.id}"]
    return [*LISTS, *records, *(f"/introductions/{i}" for i in ids), "/search?q=ultrasonic"]


@pytest.fixture
def prime_of_plant(plant):
    works = prime("Ningbo Works", country="CN")
    save_party(plant, {"organization_id": works.id, "role": ProjectRole.prime})
    return works


def read(client, name: str, paths: list[str]) -> dict[str, str]:
    user = client.login_as(name)
    return {path: normalize_page(user.get(path).text) for path in paths}


def digest(user) -> list[str]:
    return [item.title for block in blocks_for(readers([user.id])[0], MORNING) for item in block.items]


def test_confidential_need_leaves_no_trace(client, clock, actor, people, meter, plant, prime_of_plant, pages):
    refreshed()
    meter.counselor_id = people["dora"].id
    before, digest_before = read(client, "dora", pages), digest(people["dora"])
    secret = client_of("Inland", "Tri-Valley", counselor=people["anna"], confidential=True)
    values = {"title": "Ultrasonic water meters", "hs6": "902820", "project_id": plant.id}
    need = save_need(actor("anna"), values | {"organization_id": secret.id})
    assert (need.id, meter.id) in refreshed()
    after = read(client, "dora", pages)
    assert [path for path in pages if after[path] != before[path]] == []
    assert digest(people["dora"]) == digest_before
    with_need = [path for path, page in read(client, "anna", pages).items() if "Ultrasonic water meters" in page]
    assert {"/matches/", f"/products/{meter.id}", f"/projects/{plant.id}", "/projects/needs/"} <= set(with_need)
    user = client.login_as("dora")
    assert {user.get(f"/{part}/{need.id}").status_code for part in ("projects/needs", "introductions")} == {404}
