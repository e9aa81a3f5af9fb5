"""Questions about people and China reps; each begins from what the actor may see."""

from .persons import (
    Colleague,
    Holder,
    Job,
    Known,
    has_public_channels,
    holders_of,
    jobs_of,
    may_see_channels,
    people_at,
    person,
    relations_of,
    visible_to,
)
from .reps import (
    Rep,
    Rival,
    rep_of,
    representation,
    representations_of,
    reps_by_id,
    reps_visible_to,
    rivals_of,
)

__all__ = [
    "Colleague",
    "Holder",
    "Job",
    "Known",
    "Rep",
    "Rival",
    "has_public_channels",
    "holders_of",
    "jobs_of",
    "may_see_channels",
    "people_at",
    "person",
    "relations_of",
    "rep_of",
    "representation",
    "representations_of",
    "reps_by_id",
    "reps_visible_to",
    "rivals_of",
    "visible_to",
]
