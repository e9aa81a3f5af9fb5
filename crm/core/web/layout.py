"""What every page shows around its content: navigation, menus, messages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from flask import Flask, current_app, g, get_flashed_messages, request, url_for

from crm.core import clock, policy
from crm.core.data.base import new_uid
from crm.core.data.once import once_per_request
from crm.core.data.together import run_together
from crm.core.forms.choice_sources import current_language
from crm.core.hooks import SIDE_SECTIONS
from crm.core.i18n import formats
from crm.core.web.blueprint import RIGHTS
from crm.core.web.pdf import can_write_pdf
from crm.core.web.redirects import next_path
from crm.core.web.security import cookie_name
from crm.core.words import Lazy, _l


@dataclass(frozen=True)
class MenuEntry:
    """An entry of the navigation or the *New* menu, declared by the feature it leads to."""

    endpoint: str
    label: Lazy
    icon: str
    position: int
    command: Lazy | None = None
    """How the palette calls it, if not by the label: "New person"."""
    group: Lazy | None = None
    """The heading above it in the *New* menu."""


class NavItem(NamedTuple):
    """One line of a menu as the template shows it."""

    label: str
    url: str
    icon: str
    current: bool
    group: str = ""


class Flash(NamedTuple):
    """One message."""

    text: str
    kind: str
    undo_url: str | None
    more: str = ""
    more_url: str = ""
    uid: str = ""


SECTIONS = ("views", "starred", "recent")
NAV_ENTRIES: list[MenuEntry] = []
"""The pages in the navigation."""
NEW_ENTRIES: list[MenuEntry] = []
"""The forms in the *New* menu."""
NEW_GROUPS = ((70, _l("More")), (20, _l("Add a record")), (0, _l("Log or plan")))
"""The headings of that menu with the position from which they apply, the last one first."""


def add_nav_entry(endpoint: str, label: Lazy, icon: str, position: int) -> None:
    """Add a page to the navigation."""
    _add_entry(NAV_ENTRIES, MenuEntry(endpoint, label, icon, position))


def add_new_entry(endpoint: str, label: Lazy, icon: str, position: int, command: Lazy | None = None) -> None:
    """Add a form to the *New* menu; `command` is its name in the palette, if it isn't the label."""
    group = next(heading for start, heading in NEW_GROUPS if position >= start)
    _add_entry(NEW_ENTRIES, MenuEntry(endpoint, label, icon, position, command=command, group=group))


def _add_entry(entries: list[MenuEntry], entry: MenuEntry) -> None:
    """Add an entry; one that is added again, by another application of the process, replaces the former one."""
    entries[:] = [*(other for other in entries if other.endpoint != entry.endpoint), entry]


def _items(entries: list[MenuEntry], actor: policy.Actor) -> list[NavItem]:
    feature = (request.endpoint or "").split(".")[0]
    return [
        NavItem(
            str(e.label),
            url_for(e.endpoint, _external=False),
            e.icon,
            e.endpoint == request.endpoint or _is_of_section(e, feature),
            str(e.group or ""),
        )
        for e in sorted(entries, key=lambda e: e.position)
        if policy.can(actor, RIGHTS[e.endpoint])
    ]


def _is_of_section(entry: MenuEntry, feature: str) -> bool:
    """Return whether an entry is of the section that a view has set (`g.section`), or else of the view's feature."""
    section = g.get("section") or feature
    return entry.endpoint.split(".")[0] == section and section != "desk"


def flashes() -> list[Flash]:
    """Return the messages for this page; reading removes them."""
    waiting: list[Any] = get_flashed_messages(with_categories=True)
    return [Flash(text, kind, undo, more, url, new_uid()) for kind, (text, undo, more, url) in waiting]


def _context() -> dict[str, Any]:
    actor = g.get("actor")
    theme = request.cookies.get(cookie_name("theme"))
    context: dict[str, Any] = {
        "actor": actor,
        "locale": current_language(),
        "formats_tag": formats.formats_tag(),
        "theme": theme if theme in ("light", "dark") else None,
        "center_name": current_app.config["CRM_CENTER_NAME"],
        "demo": current_app.config["CRM_DEMO"],
        "flashes": flashes,
        "next_path": next_path,
        "request_started_at": g.get("request_started_at") or clock.now(),
        "can": lambda right, facts=None: actor is not None and policy.can(actor, right, facts),
        "can_write_pdf": can_write_pdf,
        "nav": [],
        "new_menu": [],
    }
    # First, because it also reads the numbers that the navigation shows.
    context |= dict.fromkeys(SECTIONS, ())
    if actor is not None:
        context |= load_side_sections(actor)
        context["nav"] = _items(NAV_ENTRIES, actor)
        context["new_menu"] = _items(NEW_ENTRIES, actor)
    return context


@once_per_request
def load_side_sections(actor: policy.Actor) -> dict[str, list[Any]]:
    """Load what the side of every page lists: saved views, starred and recent records."""
    names = [name for name in SECTIONS if name in SIDE_SECTIONS]
    return dict(zip(names, run_together(*(partial(SIDE_SECTIONS[name], actor) for name in names)), strict=True))


def init_pages(app: Flask) -> None:
    """Provide the layout's parts to every template; macros imported `with context` see them, too."""
    app.context_processor(_context)
