"""The job that adds hand-over tasks."""

from __future__ import annotations

from crm.core import clock
from crm.core.data.jobs import handle_each, job

from .queries.hand_overs import EndingTour, list_tours_without_hand_over
from .services.hand_overs import add_hand_over


@job(every=3600)
def add_hand_overs() -> None:
    """Add a hand-over task for each officer of a U.S. post whose tour ends within 60 days."""
    handle_each(list_tours_without_hand_over(clock.now().date()), _add)


def _add(tour: EndingTour) -> None:
    add_hand_over(tour)
