"""Whatever stands in an address or a form: never a broken answer, and a refusal changes nothing."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.laws.application import House
from tests.laws.fuzz import Target, anything, fault_of, noting, targets, worst

# Each line these walk through is held by the tests of its feature; counting them again takes a third of the time.
pytestmark = pytest.mark.no_cover
SEED = int(os.environ.get("FUZZ_SEED", "1"))
"""Another seed sends other requests; with the same one they are always the same."""


@pytest.fixture(scope="module")
def aims(house: House) -> list[Target]:
    """Every route with every method."""
    with noting(house.app):
        return list(targets(house))


def _faults(house: House, aims: list[Target], examples: int) -> list[str]:
    ids = [str(subject.id) for subject in house.scene.records()][:12]
    return [fault for made in aims for fault in _faults_of(house, made, ids, examples)]


def _faults_of(house: House, made: Target, ids: list[str], examples: int) -> list[str]:
    found = []

    @seed(SEED)
    @settings(
        max_examples=examples if made.names else 1,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(anything(made, ids))
    def ask(sent: dict[str, str]) -> None:
        if fault := fault_of(house, made, sent):
            found.append(fault)

    ask()
    return found


def test_every_route_has_its_parameters(aims):
    names = {(made.endpoint, made.method): set(made.names) for made in aims}
    assert len(names) > 200
    assert {"from", "to", "client", "sort", "after"} <= names["interactions.index", "GET"]
    assert {"day", "time", "person", "followup"} <= names["interactions.new", "GET"]
    assert {"carried", "next", "email"} <= names["accounts.login", "POST"]
    assert {"every_days", "tier"} <= names["followups.cadence", "POST"]


def test_the_worst_in_an_address_is_answered(house, aims, engine):
    # All of it on one engine; on the other what its columns are asked to hold.
    some = aims if engine == "sqlite" else aims[::8]
    faults = [fault for made in some for sent in worst(made) if (fault := fault_of(house, made, sent))]
    assert not faults, "\n".join(faults)


def test_anything_in_a_request_is_answered(house, aims, engine):
    faults = _faults(house, aims if engine == "sqlite" else aims[::16], 3)
    assert not faults, "\n".join(faults)


@pytest.mark.faults
def test_much_of_anything_in_a_request_is_answered(house, aims):
    faults = _faults(house, aims, int(os.environ.get("FUZZ_EXAMPLES", "150")))
    assert not faults, "\n".join(faults)
