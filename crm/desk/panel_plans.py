"""How the panels of a record's page are built: in their order, with the statements that they share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from crm.core.data.together import run_together
from crm.core.web.panels import AnyPanel, Facts, Panel

Build = Callable[[], AnyPanel | None]


@dataclass(frozen=True)
class RecordPanels:
    """The panels around a record's timeline."""

    left: tuple[AnyPanel, ...]
    right: tuple[AnyPanel, ...]
    above: tuple[AnyPanel, ...]
    below: tuple[AnyPanel, ...]

    def without_add_links(self) -> RecordPanels:
        """Return the panels of an archived record, to which nothing is added."""
        sides = (self.left, self.right, self.above, self.below)
        return RecordPanels(*(tuple(filter(None, map(_without_add_link, side))) for side in sides))


def _without_add_link(panel: AnyPanel) -> AnyPanel:
    return replace(panel, add_url="") if isinstance(panel, Panel | Facts) else panel


@dataclass(frozen=True)
class PanelPlan:
    """How to build the panels of a page, in their order."""

    left: tuple[Build, ...]
    right: tuple[Build, ...]
    above: tuple[Build, ...]
    below: tuple[Build, ...]

    def build(self) -> RecordPanels:
        """Return the panels without those that have nothing to show; their statements are executed together."""
        sides = (self.left, self.right, self.above, self.below)
        panels = iter(run_together(*chain(*sides)))
        return RecordPanels(*(tuple(filter(None, islice(panels, len(side)))) for side in sides))


def arrange(
    *,
    on_left: Sequence[Build | None],
    on_right: Sequence[Build | None],
    above: Sequence[Build | None] = (),
    below: Sequence[Build | None] = (),
) -> PanelPlan:
    """Return the plan of the panels that a page can have; None stands for one that it doesn't have."""
    return PanelPlan(*(tuple(filter(None, builds)) for builds in (on_left, on_right, above, below)))
