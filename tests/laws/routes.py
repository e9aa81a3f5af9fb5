"""From the URL map to requests: every rule with every record that it can be requested for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from tests.laws.build_dataset import RECORD_KINDS, Dataset, LawRecord
from tests.laws.expected import PUBLIC, OwnedRow
from tests.laws.viewers import AccessCase

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
    "inbox": "inbox",
    "merging": "merge",
    "search": "view",
    "bulk": "bulk_run",
    "duplicates": "pair",
    "matching": "match",
    "accounts": "user",
    "reference": "list",
    "introductions": "project",
    "tariffs": "tariff_note",
    "referrals": "referral",
    "notifications": "notification",
    "reports": "review",
    "impact": "milestone",
    "funding": "interaction",
    "compliance": "gift",
    "mailings": "mailing",
}
"""Blueprint -> the record kind of the id in its addresses."""
SURVEY_VIEWS = ("survey", "survey_accept", "survey_again", "survey_cancel", "survey_decline")
KINDS_OF = {
    "people.rep_edit": ("representation",),
    "products.rep_products": ("representation",),
    "people.holder": ("organization",),
    "opportunities.accept_match": ("match",),
    **dict.fromkeys(("opportunities.own_rates", "opportunities.standard_rates"), ("team",)),
    "projects.need_edit": ("need",),
    "projects.need_state": ("need",),
    "projects.registration_edit": ("registration",),
    "projects.registration_remove": ("registration",),
    "shows.meeting_edit": ("meeting",),
    "shows.meeting_state": ("meeting",),
    "shows.meeting_log": ("meeting",),
    "shows.meeting_note": ("meeting",),
    "shows.meeting_quick_log": ("meeting",),
    "desk.tariff_note": ("tariff_note",),
    "desk.gift": ("gift",),
    "funding.award": ("award",),
    "funding.award_file": ("award",),
    "funding.client_report": ("award",),
    "funding.filed": ("filed",),
    "funding.filed_xml": ("filed",),
    "funding.filed_xlsx": ("filed",),
    "funding.intake": ("organization",),
    "funding.assistance_edit": ("assistance",),
    "funding.assistance_remove": ("assistance",),
    "funding.referral_edit": ("partner_referral",),
    "funding.referral_remove": ("partner_referral",),
    "funding.award_edit": ("award",),
    "funding.funder_rules": ("funder",),
    **dict.fromkeys(("mailings.person", "mailings.stop", "mailings.allow", "mailings.resume"), ("person",)),
    "mailings.new_to_participants": ("show",),
    **{f"mailings.template{view}": ("email_template",) for view in ("", "_archive", "_restore")},
    "records.file": ("file",),
    **{f"impact.{view}": ("survey",) for view in SURVEY_VIEWS},
    **dict.fromkeys(("impact.plan_edit", "impact.plan_pause", "impact.plan_send"), ("survey_plan",)),
    "records.undo": ("action",),
    "accounts.team": ("team",),
    "accounts.end_session": ("session",),
    "accounts.passkey_remove": ("passkey",),
    **dict.fromkeys(("reports.custom_show", "reports.custom_edit", "reports.custom_delete"), ("custom_report",)),
    **dict.fromkeys(("reports.target_edit", "reports.target_delete"), ("target",)),
    "bulk.cell": ("organization",),
    "mail.explain": ("followup", "interaction", "show"),
    "checkins.show": ("representation",),
    "checkins.start": ("representation",),
    "checkins.stop": ("representation",),
    "checkins.accept": ("checkin",),
    "checkins.dismiss": ("checkin",),
    "reminders.item": ("followup", "interaction"),
    "reminders.meeting": ("meeting",),
    "reminders.end_cover": ("cover",),
    "feeds.interaction_file": ("interaction",),
    "feeds.invite_to_interaction": ("interaction",),
    "feeds.meeting_file": ("meeting",),
    "feeds.invite_to_meeting": ("meeting",),
    "bulk.tag": ("tag",),
    "bulk.tag_merge": ("tag",),
    "bulk.tag_remove": ("tag",),
    "followups.cadence": ("person", "organization"),
}
"""View -> kinds, if its blueprint does not determine them."""
PLACEHOLDERS = {
    "static": {"filename": "icons.svg"},
    "accounts.reset": {"token": "no-such"},
    "accounts.invitation": {"token": "no-such"},
    "impact.answer": {"token": "no-such"},
    "answers.show": {"token": "no-such"},
    "answers.undo": {"token": "no-such"},
    "reference.new": {"name": "sectors"},
    "desk.city": {"key": "suzhou"},
    "feeds.feed": {"token": "no-such"},
    "checkins.answer": {"token": "no-such"},
    "checkins.stop_link": {"token": "no-such"},
    "checkins.one_click": {"token": "no-such"},
    "mailings.unsubscribe": {"token": "no-such"},
    "mailings.one_click": {"token": "no-such"},
    "bulk.change": {"name": "organizations"},
    "reports.custom_build": {"kind": "opportunities"},
    "merging.selected": {"name": "organizations"},
    "duplicates.similar": {"kind": "person"},
    "reference.find_codes": {"name": "hs"},
    "followups.postpone": {"to": "tomorrow"},
}
"""View -> parts of its address that refer to no row of the dataset."""


@dataclass(frozen=True)
class RouteRequest:
    """One request: a method on an address, and the record it is about."""

    endpoint: str
    method: str
    methods: frozenset[str]
    path: str
    access_case: AccessCase | None = None
    owned_row: OwnedRow | None = None
    subject: LawRecord | None = None
    missing: bool = False


class UnknownRoute(LookupError):
    """A part of an address for which the dataset has no value: add it to `LawRecord.rows`, or to WORDS."""


def rules(app: Flask) -> list[Rule]:
    """Return every rule of the map, sorted by view."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))


def untestable_routes(dataset: Dataset, app: Flask) -> list[str]:
    """Return the routes that can't be requested, because the dataset has no row for their addresses."""
    endpoints = []
    for rule in rules(app):
        try:
            list(_values(dataset, rule))
        except UnknownRoute as problem:
            endpoints.append(str(problem))
    return endpoints


def methods_of(rule: Rule) -> list[str]:
    """Return the methods that views handle themselves."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def kinds_for(rule: Rule) -> tuple[str, ...]:
    """Return the record kinds of the first id of an address."""
    feature, _dot, view = rule.endpoint.partition(".")
    if rule.endpoint in KINDS_OF:
        return KINDS_OF[rule.endpoint]
    if feature == "desk" and view in RECORD_KINDS:
        return (view,)
    if feature in ("records", "desk"):
        return RECORD_KINDS
    if feature not in KIND_OF:
        raise UnknownRoute(f"{rule.endpoint}: say in KIND_OF or KINDS_OF what its number names")
    return (KIND_OF[feature],)


def list_requests(dataset: Dataset, app: Flask, rule: Rule) -> list[RouteRequest]:
    """Return every request of a rule; none if the dataset has no row for its address."""
    requests: list[RouteRequest] = []
    try:
        path_values = list(_values(dataset, rule))
    except UnknownRoute:
        return []
    adapter = app.url_map.bind("localhost")
    for method in methods_of(rule):
        for values, subject in path_values:
            path = adapter.build(rule.endpoint, values, method=method)
            access_case, owned_row = (subject.access_case, subject.owned_row) if subject else (None, None)
            missing = MISSING in values.values()
            requests.append(
                RouteRequest(
                    rule.endpoint, method, frozenset(methods_of(rule)), path, access_case, owned_row, subject, missing
                )
            )
    return requests


def _values(dataset: Dataset, rule: Rule) -> Iterator[tuple[dict[str, Any], LawRecord | None]]:
    names = [name for name in ("id", "record_id") if name in rule.arguments]
    if not names:
        yield {name: _word(rule, name) for name in rule.arguments}, None
        return
    more = rule.arguments - set(names)
    records = _subjects(dataset, kinds_for(rule))
    for subject in records:
        if rule.endpoint not in subject.missing_parts:
            yield {names[0]: subject.id} | {name: _row(rule, name, subject) for name in more}, subject
    yield {names[0]: MISSING} | {name: _row(rule, name, records[0]) if records else 1 for name in more}, None


def _subjects(dataset: Dataset, kinds: tuple[str, ...]) -> list[LawRecord]:
    """Return all records of a kind; if a route takes any kind, one open and one secret record of each but the first."""
    whole = [s for kind in kinds[:2] for s in dataset.subjects.get(kind, [])] if len(kinds) <= 2 else []
    if whole or not kinds:
        return whole
    records = list(dataset.subjects[kinds[0]])
    for kind in kinds[1:]:
        owned = dataset.subjects.get(kind, [])
        records += [*owned[:1], *(s for s in owned if s.access_case and s.access_case.name == "secret_bay")]
    return records


def _row(rule: Rule, name: str, subject: LawRecord) -> Any:
    for key in (rule.endpoint, rule.endpoint.partition(".")[2]):
        if key in subject.rows:
            return subject.rows[key]
    return _word(rule, name)


def _word(rule: Rule, name: str) -> str:
    try:
        return PLACEHOLDERS[rule.endpoint][name]
    except KeyError:
        raise UnknownRoute(f"{rule.endpoint}: no {name}") from None


def is_public(endpoint: str) -> bool:
    """Return whether it is open to guests."""
    return endpoint in PUBLIC
