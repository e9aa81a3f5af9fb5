"""The groups of search results: records by kind, interactions by their words, commands, starred and recent records."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from functools import partial
from itertools import chain
from typing import NamedTuple

from flask import url_for

from crm.core.data.together import run_together
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.web.commands import PREFIX, CommandHit, CommandSearch, SearchedText, find_commands
from crm.core.words import Lazy, _, _l
from crm.records.policy import KIND_TITLES
from crm.records.starred import StarredRecord, list_recent_records, list_starred_records
from crm.records.tag_queries import TAGGED_KINDS, find_tags
from crm.reference.cities import find_known_city

from .notes import find_notes
from .queries import Hit, build_hits, find_hits, group_by_kind
from .saved_views import views_for

MAX_BESIDE_RECORDS = 3
"""How many commands are shown below the records that match the same text."""


class ResultPart(StrEnum):
    """The parts of the results of a text. The palette shows records first, because interactions take longer to find."""

    records = "records"
    rest = "rest"


class HitGroup(NamedTuple):
    """Results under one heading."""

    label: Lazy
    hits: list[Hit]


def has_parts(text: str) -> bool:
    """Return whether the results of a text can be read in parts: it isn't empty and doesn't begin with ">"."""
    return text.strip() != "" and not text.lstrip().startswith(PREFIX)


def find_groups(
    actor: Actor, text: str, kinds: Collection[str], parts: Collection[ResultPart] = tuple(ResultPart)
) -> list[HitGroup]:
    """Return the results of a text, best group first; without a text what the actor starred and opened last.

    A text that begins with ">" finds commands and saved views only. `kinds` limits the results to records of kinds,
    `parts` those of a text that has parts (`has_parts`).
    """
    if kinds:
        return _group_hits(find_hits(actor, text, kinds))
    if not has_parts(text):
        typed = text.strip()
        return _find_actions(actor, typed.removeprefix(PREFIX)) if typed else _list_own_records(actor)
    finders = {ResultPart.records: _find_records, ResultPart.rest: _find_rest}
    groups = run_together(*(partial(finders[part], actor, text) for part in parts))
    return [group for group in chain.from_iterable(groups) if group.hits]


def _find_records(actor: Actor, text: str) -> list[HitGroup]:
    return [HitGroup(_l("Cities"), _city_hits(text)), *_group_hits(find_hits(actor, text, None))]


def _find_rest(actor: Actor, text: str) -> list[HitGroup]:
    tags, notes = run_together(partial(_tag_hits, actor, text), partial(find_notes, actor, text))
    return [
        HitGroup(_l("Tags"), tags),
        HitGroup(_l("Interactions and follow-ups"), notes),
        HitGroup(_l("Commands"), _command_hits(find_commands(actor, text)[:MAX_BESIDE_RECORDS])),
    ]


def _group_hits(hits: list[Hit]) -> list[HitGroup]:
    return [HitGroup(label, rows) for label, rows in group_by_kind(hits)]


def _find_actions(actor: Actor, text: str) -> list[HitGroup]:
    """Return the commands and saved views that a text finds; all without a text."""
    search = CommandSearch(text)
    views = [v for v in views_for(actor) if search.rank([SearchedText.of(v.label)]) is not None]
    hits = [_hit("view", view.label, view.url, "table") for view in views]
    groups = [HitGroup(_l("Commands"), _command_hits(find_commands(actor, text))), HitGroup(_l("Views"), hits)]
    return [group for group in groups if group.hits]


def _list_own_records(actor: Actor) -> list[HitGroup]:
    """Return the starred and the recent records, each once, with hints."""
    stars, recents = list_starred_records(actor), list_recent_records(actor)
    own = {row.id for row in stars}
    rows: dict[int, StarredRecord] = {row.id: row for row in (*stars, *recents)}
    hits = {hit.id: hit for hit in build_hits(actor, list(rows.values()))}
    groups = [
        HitGroup(_l("Starred"), [hits[row.id] for row in stars]),
        HitGroup(_l("Recent"), [hits[row.id] for row in recents if row.id not in own]),
    ]
    return [group for group in groups if group.hits]


def _city_hits(text: str) -> list[Hit]:
    """Return the known city of this name, with the people there."""
    city = find_known_city(text)
    if city is None:
        return []
    return [_hit("city", _("People in %(city)s", city=city.name), url_for("desk.cities", q=city.name), "city")]


def _tag_hits(actor: Actor, text: str) -> list[Hit]:
    """Return the tags whose name begins with a text, each with the list of its records."""
    return [
        _hit("tag", tag.name, url_for(TAGGED_KINDS[tag.kind], tag=tag.name), "tag")._replace(
            hint=f"{KIND_TITLES[tag.kind]}: {formats.num(tag.records)}"
        )
        for tag in find_tags(actor, text)
    ]


def _command_hits(commands: Iterable[CommandHit]) -> list[Hit]:
    return [_hit("command", c.label, c.url, c.icon, c.control) for c in commands]


def _hit(kind: str, label: str, url: str, icon: str, control: str = "") -> Hit:
    return Hit(0, kind, label, "", "", url, "", "", icon, control)
