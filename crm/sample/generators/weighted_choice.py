"""Chooses organizations so that a few are met often and many seldom."""

from __future__ import annotations

from itertools import accumulate

from crm.sample.rows.specs import OrganizationRef

from .people import PeopleGenerator


class WeightedChoice:
    """Picks organizations so that a few are met often and many seldom."""

    def __init__(self, generator: PeopleGenerator, organizations: list[OrganizationRef]) -> None:
        self.rng = generator.rng
        self.organizations = [
            organization for organization in organizations if organization.people and not organization.confidential
        ]
        self.weights = list(accumulate(self.rng.paretovariate(1.1) for _ in self.organizations))

    def __call__(self) -> OrganizationRef:
        return self.rng.choices(self.organizations, cum_weights=self.weights)[0]
