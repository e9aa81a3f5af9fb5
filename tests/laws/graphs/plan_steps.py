"""The steps of a plan, and the builder that draws them: data that can be printed, shortened and replayed."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

WRITERS = ("anna", "anna", "anna", "clara", "clara", "dora", "shen", "boris", "boris", "nora", "admin")


@dataclass(frozen=True)
class PlanStep:
    """An action of a person. `name` is the record that it creates; names in `args` are created by earlier steps."""

    by: str
    verb: str
    name: str = ""
    args: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return the step as the call that creates it."""
        parts = [repr(self.by), repr(self.verb), *([repr(self.name)] if self.name else [])]
        return f"apply_step({', '.join([*parts, *(f'{k}={v!r}' for k, v in self.args.items())])})"


def apply_step(by: str, verb: str, name: str = "", **args: Any) -> PlanStep:
    """Create a step."""
    return PlanStep(by, verb, name, args)


class NoRecordError(Exception):
    """No earlier step creates a record of the kind that a step needs."""


@dataclass
class PlanBuilder:
    """A plan being drawn: the existing names by kind, and the random source."""

    rng: Random
    names: dict[str, list[str]] = field(default_factory=dict)
    steps: list[PlanStep] = field(default_factory=list)

    def add(self, verb: str, by: str = "", **args: Any) -> None:
        """Add a step that creates a record of the kind that is its verb."""
        names = self.names.setdefault(verb, [])
        name = f"{verb}{len(names) + 1}"
        self.steps.append(PlanStep(by or self.rng.choice(WRITERS), verb, name, args))
        names.append(name)

    def change(self, verb: str, by: str = "", **args: Any) -> None:
        """Add a step that changes a record."""
        self.steps.append(PlanStep(by or self.rng.choice(WRITERS), verb, "", args))

    def pick(self, *kinds: str) -> str:
        """Choose a name of these kinds. Raises NoRecordError if there is none."""
        names = self._list_names(kinds)
        if not names:
            raise NoRecordError
        return self.rng.choice(names)

    def sample(self, most: int, *kinds: str) -> tuple[str, ...]:
        """Choose up to `most` names."""
        names = self._list_names(kinds)
        return tuple(dict.fromkeys(self.rng.choice(names) for _ in range(self.rng.randint(0, most)) if names))

    def maybe(self, *kinds: str, chance: float = 0.5) -> str:
        """Choose a name, or an empty text."""
        names = self._list_names(kinds)
        return self.rng.choice(names) if names and self.rng.random() < chance else ""

    def maybe_planned(self, *, chance: float) -> str:
        """Choose an interaction on a later day, or an empty text."""
        names = [step.name for step in self.steps if step.verb == "interaction" and step.args["day"] > 0]
        return self.rng.choice(names) if names and self.rng.random() < chance else ""

    def pick_invited(self) -> str:
        """Choose an interaction to which an earlier step invites. Raises NoRecordError if there is none."""
        names = [step.args["interaction"] for step in self.steps if step.verb == "invite" and step.args["interaction"]]
        if not names:
            raise NoRecordError
        return self.rng.choice(names)

    def _list_names(self, kinds: tuple[str, ...]) -> list[str]:
        return [name for kind in kinds for name in self.names.get(kind, ())]

    def yes(self, chance: float = 0.5) -> bool:
        """Return True or False at random."""
        return self.rng.random() < chance

    def day(self) -> int:
        """Choose a day relative to today."""
        return self.rng.randint(-9, 4)
