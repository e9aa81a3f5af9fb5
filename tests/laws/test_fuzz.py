"""Any query parameters or form values: never a crash, and a refusal changes nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from werkzeug.routing import Rule

from tests.laws.application import ApplicationUnderTest
from tests.laws.fuzz import Target, find_fault, random_values, recording_requests, targets, worst_values
from tests.laws.routes import rules
from tests.laws.sampling import part_of

pytestmark = pytest.mark.engine_in_turn

# The tests of the features cover these lines; measuring coverage again takes a third of the time.
SEED = int(os.environ.get("FUZZ_SEED", "1"))
"""Another seed sends other requests; the same seed always sends the same."""


def _targets(application: ApplicationUnderTest, rules: Sequence[Rule]) -> list[Target]:
    """Return the routes with every method."""
    with recording_requests(application.app):
        return list(targets(application, rules))


@pytest.fixture(scope="module")
def fuzz_targets(application: ApplicationUnderTest, engine: str) -> list[Target]:
    """This run's part of the routes; on the second engine one of eight of them, and always two forms."""
    every_rule = list(rules(application.app))
    if engine == "sqlite":
        return _targets(application, part_of(every_rule))
    forms = [rule for rule in every_rule if rule.endpoint in ("accounts.login", "followups.cadence")]
    return _targets(application, [*forms, *(rule for rule in part_of(every_rule, 8) if rule not in forms)])


def _faults(application: ApplicationUnderTest, fuzz_targets: list[Target], examples: int) -> list[str]:
    ids = [str(subject.id) for subject in application.dataset.records()][:12]
    return [fault for target in fuzz_targets for fault in _faults_of(application, target, ids, examples)]


def _faults_of(application: ApplicationUnderTest, target: Target, ids: list[str], examples: int) -> list[str]:
    faults = []

    @seed(SEED)
    @settings(
        max_examples=examples if target.names else 1,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(random_values(target, ids))
    def ask(sent: dict[str, str]) -> None:
        if fault := find_fault(application, target, sent):
            faults.append(fault)

    ask()
    return faults


ROUTES = ("interactions.index", "interactions.new", "accounts.login", "followups.cadence")


def test_routes_have_their_parameters(application):
    chosen = [rule for rule in rules(application.app) if rule.endpoint in ROUTES]
    names = {(target.endpoint, target.method): set(target.names) for target in _targets(application, chosen)}
    assert {"from", "to", "client", "sort", "after"} <= names["interactions.index", "GET"]
    assert {"day", "time", "person", "followup"} <= names["interactions.new", "GET"]
    assert {"pending_form", "next", "email"} <= names["accounts.login", "POST"]
    assert {"every_days", "tier"} <= names["followups.cadence", "POST"]


def test_worst_case_query_parameters_are_handled(application, fuzz_targets, engine):
    requests = [(target, sent) for target in fuzz_targets for sent in worst_values(target)]
    assert len(requests) > (20 if engine == "postgresql" else 300)
    faults = [fault for target, sent in requests if (fault := find_fault(application, target, sent))]
    assert not faults, "\n".join(faults)


def test_random_requests_are_handled(application, fuzz_targets, engine):
    faults = _faults(application, fuzz_targets if engine == "sqlite" else fuzz_targets[::2], 3)
    assert not faults, "\n".join(faults)


@pytest.mark.faults
def test_many_random_requests_are_handled(application):
    every_route = _targets(application, list(rules(application.app)))
    faults = _faults(application, every_route, int(os.environ.get("FUZZ_EXAMPLES", "150")))
    assert not faults, "\n".join(faults)
