"""Addresses of everything that a person can open: pages of records and rows, lists, searches, forms."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from crm.compliance.models import Gift
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.lists import Listing
from crm.core.lists.declare import Filter
from crm.core.mail.outbox.models import Mail
from crm.core.policy import Actor
from crm.features import load_modules
from crm.funding.models import Assistance, PartnerReferral
from crm.impact.models import ImpactSurvey, SurveyPlan
from crm.interactions.models import InteractionClient
from crm.mailings.models import EmailTemplate, Mailing
from crm.matching.models import ProductMatch
from crm.notifications.models import Notification
from crm.opportunities.policy import ExitTest
from crm.organizations.models import ClientAgreement, PostRole
from crm.people.models import Affiliation, PostHolder
from crm.projects.models import ProjectParty, SupplierRegistration
from crm.projects.policy import LeadTest
from crm.records.models import Attachment
from crm.referrals.models import Referral
from crm.reports.custom.kinds import KINDS as REPORT_KINDS
from crm.reports.custom.question import list_choices
from crm.reports.registry import REPORTS
from crm.shows.models import ShowMeeting, ShowParticipant
from tests.laws.routes import kinds_for, rules

LISTINGS = {x.name: x for module in load_modules("lists") for x in vars(module).values() if isinstance(x, Listing)}
WITHOUT_RECORDS = frozenset({"/healthz", "/help", "/profile/second-factor/app"})
"""Pages without content of records; /help shows which first steps a user has done, also with a record hidden since."""
KINDS = {
    "organization": "organizations",
    "person": "people",
    "product": "products",
    "followup": "followups",
    "interaction": "interactions",
    "project": "projects",
    "opportunity": "opportunities",
    "show": "shows",
    "representation": "people/reps",
    "need": "projects/needs",
    "milestone": "milestones",
}
"""Pages of each kind of record."""
TABS, FINDS = ("stages", "files", "changes"), ("find=", "tab=files&find=", "tab=changes&find=")
"""Tabs of timelines with what isn't among the other entries, and searches of a timeline."""
FILLED_FORMS = (
    "/interactions/new?{kind}={id}",
    "/followups/new?{kind}={id}",
    "/opportunities/new?{kind}={id}",
    "/milestones/new?{kind}={id}",
    "/people/reps/new?{kind}={id}",
    "/projects/new?source={id}",
    "/interactions/log?record={id}",
)
"""Forms that query parameters prefill with a record."""
MERGED_FORMS = {
    "person": "/mailings/new?ids={id}&template={template}",
    "organization": "/mailings/new/organizations?ids={id}&template={template}",
    "show": "/shows/{id}/email?template={template}",
}
"""Previews of an email to several people: the selected ones, contacts of organizations, participants."""
ROW_IDS: dict[str, sa.orm.InstrumentedAttribute[int]] = {
    "assistance": Assistance.id,
    "file": Attachment.id,
    "gift": Gift.id,
    "mail": Mail.id,
    "mailing": Mailing.id,
    "match": ProductMatch.id,
    "meeting": ShowMeeting.id,
    "notification": Notification.id,
    "partner_referral": PartnerReferral.id,
    "referral": Referral.id,
    "registration": SupplierRegistration.id,
    "survey": ImpactSurvey.id,
    "survey_plan": SurveyPlan.id,
}
"""Rows with pages of their own, by the kinds of the addresses."""
ROWS_OF: dict[str, tuple[Any, Any]] = {
    "funding.session_facts": (InteractionClient.client_id, InteractionClient.interaction_id),
    "organizations.agreement_edit": (ClientAgreement.id, ClientAgreement.organization_id),
    "organizations.post_role_edit": (PostRole.id, PostRole.organization_id),
    "people.affiliation_edit": (Affiliation.id, Affiliation.person_id),
    "people.holder": (PostRole.id, PostRole.organization_id),
    "people.holder_edit": (PostHolder.id, PostHolder.person_id),
    "projects.party_edit": (ProjectParty.id, ProjectParty.project_id),
    "shows.participant_edit": (ShowParticipant.id, ShowParticipant.show_id),
}
"""Pages of a row of a record: the column of the row's id, and that of the record's."""
MORE_KINDS = {"introductions.index": ("organization", "project", "need", "opportunity")}
"""Kinds of records with a page, if the dataset of the other laws has only one of them."""
TESTS = {"opportunities.exit_test": ExitTest, "projects.lead_test": LeadTest}
"""Pages about one of the tests of a record."""
NO_PAGES = frozenset({"products.sheet_pdf", "bulk.cell", "projects.package_edit"})
"""A PDF with the text of its page, a cell of a list, and a form that writes "hidden" for a hidden organization."""


def plain_addresses(app: Flask) -> Iterator[str]:
    """Return every page whose address has no id, and every report."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.rule not in WITHOUT_RECORDS:
            yield rule.rule
    yield from (f"/reports/{report.name}" for report in REPORTS)


def list_addresses(actor: Actor, words: list[str]) -> Iterator[str]:
    """Return every list with each sort, each filter's values and searches, as page, CSV and JSON."""
    for listing in LISTINGS.values():
        variants: list[dict[str, Any]] = [{}, {"as": "csv"}, {"archived": "all"}]
        variants += [
            {"sort": f"{sign}{c.name}"} for c in listing.cols_for(actor) if c.key is not None for sign in ("", "-")
        ]
        variants += [{"view": view.name} for view in listing.views_for(actor)]
        variants += [{f.name: value} for f in listing.filters_for(actor) for value in _values(f, actor, words)]
        if listing.search is not False:
            variants += [{"q": word} for word in words]
        for query in variants:
            if listing.has_archive or "archived" not in query:
                yield listing.address + (f"?{urlencode(query)}" if query else "")


def _values(one: Filter, actor: Actor, words: list[str]) -> list[str]:
    if one.kind in ("choice", "many"):
        choices = one.choices(actor) if callable(one.choices) else one.choices
        return [str(value) for value, _label in list(choices)[:12]]
    return {"bool": ["1"], "date": ["2026-12-08"], "text": words, "num": ["2026"], "pick": []}[one.kind]


def record_addresses(app: Flask, ids: set[int], words: list[str]) -> Iterator[str]:
    """Return every page whose address has the id of a record, with the ids of its rows, and prefilled forms."""
    pages = _pages_by_kind(app)
    for id, kind in db.session.execute(sa.select(Record.id, Record.kind).where(Record.id.in_(ids)).order_by(Record.id)):
        for rule in pages.get(kind, []):
            yield from _fill_in(rule, id)
        yield from (f"/{KINDS[kind]}/{id}?{query}{word}" for word in words for query in FINDS)
        yield from (f"/{KINDS[kind]}/{id}?tab={tab}" for tab in TABS)
        yield from (form.format(kind=kind, id=id) for form in FILLED_FORMS)
        if kind in MERGED_FORMS:
            templates = db.session.scalars(sa.select(EmailTemplate.id))
            yield from (MERGED_FORMS[kind].format(id=id, template=template) for template in templates)


def _pages_by_kind(app: Flask) -> dict[str, list[Rule]]:
    """Return the pages of each kind of record: their first id is that of a record."""
    pages: dict[str, list[Rule]] = {kind: [] for kind in KINDS}
    for rule in _page_rules(app):
        for kind in MORE_KINDS.get(rule.endpoint) or (kinds_for(rule) if _id_names(rule) else ()):
            if kind in pages:
                pages[kind].append(rule)
    return pages


def _page_rules(app: Flask) -> list[Rule]:
    return [rule for rule in rules(app) if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES]


def _id_names(rule: Rule) -> list[str]:
    return [name for name in ("id", "record_id") if name in rule.arguments]


def _fill_in(rule: Rule, id: int) -> Iterator[str]:
    """Yield the addresses of a page with the id of a record, and with that of each of its rows."""
    (name,) = _id_names(rule)
    more = sorted(rule.arguments - {name})
    address = str(rule.rule).replace(f"<int:{name}>", str(id))
    if not more:
        yield address
    elif rule.endpoint in TESTS:
        yield from (address.replace(f"<{more[0]}>", str(test.value)) for test in TESTS[rule.endpoint])
    elif rule.endpoint in ROWS_OF:
        row, parent = ROWS_OF[rule.endpoint]
        for row_id in db.session.scalars(sa.select(row).where(parent == id).order_by(row)):
            yield address.replace(f"<int:{more[0]}>", str(row_id))


def row_addresses(app: Flask) -> Iterator[str]:
    """Return every page whose address has the id of a row that isn't a record."""
    for rule in _page_rules(app):
        for kind in kinds_for(rule) if _id_names(rule) else ():
            if kind in ROW_IDS and len(rule.arguments) == 1:
                (name,) = rule.arguments
                for row_id in db.session.scalars(sa.select(ROW_IDS[kind]).order_by(ROW_IDS[kind])):
                    yield str(rule.rule).replace(f"<int:{name}>", str(row_id))


def find_skipped_pages(app: Flask) -> set[str]:
    """Return the pages whose addresses have an id or another part, and that none of these functions opens."""
    opened = {rule.endpoint for pages in _pages_by_kind(app).values() for rule in pages if _is_fillable(rule)}
    for rule in _page_rules(app):
        is_of_row = bool(_id_names(rule)) and not ROW_IDS.keys().isdisjoint(kinds_for(rule))
        opened |= {rule.endpoint} if is_of_row and len(rule.arguments) == 1 else set()
    return {rule.endpoint for rule in rules(app) if "GET" in (rule.methods or ()) and rule.arguments} - opened


def _is_fillable(rule: Rule) -> bool:
    return len(rule.arguments) == 1 or rule.endpoint in TESTS or rule.endpoint in ROWS_OF


def custom_report_addresses(actor: Actor) -> Iterator[str]:
    """Return a custom report of every kind of record with each grouping."""
    for kind in REPORT_KINDS:
        for grouping in list_choices(kind.listing, actor):
            yield f"/reports/custom/build/{kind.name}?by={grouping.name}"


def search_addresses(words: list[str]) -> Iterator[str]:
    """Return searches of every kind for words, and the pages of cities with these names."""
    for word in words:
        yield from (f"/search?q={word}", f"JSON /search?q={word}", f"/cities/{word.lower()}ville")
        yield from (f"/cities/{word.lower()}{end}" for end in ("town", "hai"))
        yield f"JSON /search?q={word.lower()}&kinds=person"


def read_only_forms(words: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Return forms that parse a text and save nothing."""
    for word in words:
        yield "/interactions/log", {"sentence": f"met {word} 20m, call Fri"}
        yield "/interactions/paste", {"mail": f"From: {word.lower()}@{word.lower()}.example\nSubject: Hi\n\nText"}
        yield (
            "/projects/paste",
            {"mail": f"From: {word} <{word.lower()}@{word.lower()}.example>\n\nPrime: {word} Works"},
        )
        yield "/inquiries/meter", {"name": word, "contact_text": f"{word.lower()}@{word.lower()}.example"}


def sample_addresses(rng: Random, addresses: Iterator[str], most: int) -> list[str]:
    """Choose some addresses."""
    chosen = list(dict.fromkeys(addresses))
    return chosen if len(chosen) <= most else rng.sample(chosen, most)
