"""From the map of addresses to requests: every rule with every record it may be asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from tests.laws.build_dataset import RECORD_KINDS, Scene, Subject
from tests.laws.expected import PUBLIC, Kept, Way

MISSING = 2_000_000
KIND_OF = {
    "organizations": "organization",
    "people": "person",
    "products": "product",
    "followups": "followup",
    "interactions": "interaction",
    "projects": "project",
    "opportunities": "opportunity",
    "shows": "show",
    "mail": "mail",
    "imports": "run",
    "search": "view",
    "accounts": "user",
    "reference": "list",
}
"""Blueprint -> what the number in its addresses names."""
KINDS_OF = {
    "people.rep_edit": ("representation",),
    "products.of_rep": ("representation",),
    "people.holder": ("organization",),
    "projects.need_edit": ("need",),
    "projects.need_state": ("need",),
    "shows.meeting_edit": ("meeting",),
    "shows.meeting_state": ("meeting",),
    "shows.meeting_log": ("meeting",),
    "records.file": ("file",),
    "accounts.team": ("team",),
    "accounts.end_one": ("session",),
    "accounts.passkey_remove": ("passkey",),
    "mail.why": ("followup", "interaction"),
    "followups.cadence": ("person", "organization"),
}
"""View -> kinds, where its blueprint does not say."""
WORDS = {
    "static": {"filename": "icons.svg"},
    "accounts.reset": {"token": "no-such"},
    "accounts.invitation": {"token": "no-such"},
    "reference.new": {"name": "sectors"},
    "desk.city": {"key": "suzhou"},
}
"""View -> parts of its address that name nothing of the scene."""


@dataclass(frozen=True)
class Ask:
    """One request: a method on an address, and whom it is about."""

    endpoint: str
    method: str
    methods: frozenset[str]
    path: str
    way: Way | None = None
    kept: Kept | None = None
    subject: Subject | None = None
    missing: bool = False


class Unknown(LookupError):
    """A part of an address for which the scene has no value: add it to `Subject.rows` in scene.py, or to WORDS."""


def rules(app: Flask) -> list[Rule]:
    """Every rule of the map, in order of its view."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))


def unknown(scene: Scene, app: Flask) -> list[str]:
    """Routes that cannot be asked, because nothing of the scene stands behind their addresses."""
    found = []
    for rule in rules(app):
        try:
            list(_values(scene, rule))
        except Unknown as problem:
            found.append(str(problem))
    return found


def methods_of(rule: Rule) -> list[str]:
    """The methods that views answer themselves."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def kinds_for(rule: Rule) -> tuple[str, ...]:
    """What the first number of an address names."""
    feature, _dot, view = rule.endpoint.partition(".")
    if rule.endpoint in KINDS_OF:
        return KINDS_OF[rule.endpoint]
    if feature == "desk" and view in RECORD_KINDS:
        return (view,)
    if feature in ("records", "desk", "duplicates"):
        return RECORD_KINDS
    if feature not in KIND_OF:
        raise Unknown(f"{rule.endpoint}: say in KIND_OF or KINDS_OF what its number names")
    return (KIND_OF[feature],)


def asks(scene: Scene, app: Flask, rule: Rule) -> list[Ask]:
    """Every request of a rule; none where the scene does not know what its address names."""
    found: list[Ask] = []
    try:
        named = list(_values(scene, rule))
    except Unknown:
        return []
    for method in methods_of(rule):
        for values, subject in named:
            with app.test_request_context():
                path = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
            way, kept = (subject.way, subject.kept) if subject else (None, None)
            missing = MISSING in values.values()
            found.append(Ask(rule.endpoint, method, frozenset(methods_of(rule)), path, way, kept, subject, missing))
    return found


def _values(scene: Scene, rule: Rule) -> Iterator[tuple[dict[str, Any], Subject | None]]:
    names = [name for name in ("id", "record_id") if name in rule.arguments]
    if not names:
        yield {name: _word(rule, name) for name in rule.arguments}, None
        return
    more = rule.arguments - set(names)
    some = _subjects(scene, kinds_for(rule))
    for subject in some:
        if rule.endpoint not in subject.lacks:
            yield {names[0]: subject.id} | {name: _row(rule, name, subject) for name in more}, subject
    yield {names[0]: MISSING} | {name: _row(rule, name, some[0]) if some else 1 for name in more}, None


def _subjects(scene: Scene, kinds: tuple[str, ...]) -> list[Subject]:
    """All of a kind; where a route takes any record, of all kinds but the first one open and one secret record."""
    whole = [s for kind in kinds[:2] for s in scene.subjects.get(kind, [])] if len(kinds) <= 2 else []
    if whole or not kinds:
        return whole
    some = list(scene.subjects[kinds[0]])
    for kind in kinds[1:]:
        held = scene.subjects.get(kind, [])
        some += [*held[:1], *(s for s in held if s.way and s.way.name == "secret_bay")]
    return some


def _row(rule: Rule, name: str, subject: Subject) -> Any:
    view = rule.endpoint.partition(".")[2]
    for key in (rule.endpoint, view):
        if key in subject.rows:
            return subject.rows[key]
    raise Unknown(f"{rule.endpoint}: no {name} of {subject.kind}")


def _word(rule: Rule, name: str) -> str:
    try:
        return WORDS[rule.endpoint][name]
    except KeyError:
        raise Unknown(f"{rule.endpoint}: no {name}") from None


def is_public(endpoint: str) -> bool:
    """Whether it is for guests too."""
    return endpoint in PUBLIC
