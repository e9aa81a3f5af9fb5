"""Panels about people, their positions and relationships."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import url_for

from crm.core import clock
from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.web.panels import (
    Action,
    Editing,
    Fact,
    Facts,
    Line,
    Panel,
    PanelRow,
    Span,
    Text,
    note,
    record_link,
    record_row,
)
from crm.core.words import _
from crm.organizations.models import PostRole
from crm.organizations.policy import PostRoleKind
from crm.organizations.queries import list_post_roles
from crm.people import queries
from crm.people.models import Person
from crm.people.policy import describe_rank
from crm.people.post_terms import has_ended, is_in_term
from crm.people.queries import AffiliationRow, OrganizationMember, PostHolderRow, RelationRow


def join_texts(*texts: Text | None, separator: str = " ") -> str:
    """Return the texts that are not empty as one."""
    return separator.join(str(text) for text in texts if text)


def build_names(actor: Actor, row: Person) -> Facts:
    """Return the parts of a person's name, and the languages."""
    return Facts(
        title=_("Names"),
        pairs=(
            Fact(
                _("Family name"),
                join_texts(row.family_native, row.family_latin),
                fields=("family_native", "family_latin"),
            ),
            Fact(
                _("Given name"), join_texts(row.given_native, row.given_latin), fields=("given_native", "given_latin")
            ),
            Fact.of(row, Person.english_name),
            Fact.of(row, Person.display_order),
            Fact.of(row, Person.pronunciation),
            Fact.of(row, Person.languages),
            Fact(_("Email language"), formats.language_name(row.mail_language), fields=("mail_language",)),
        ),
        edit_url=url_for("people.edit", id=row.id),
        editing=Editing.of(actor, row, "people", "people.edit"),
    )


def build_more_facts(actor: Actor, row: Person) -> Facts:
    """Return LinkedIn address, address, consent to be contacted, birthday and note of a person."""
    birthday = formats.day(row.birth_date, full=row.birth_year is not None)
    return Facts(
        title=_("More"),
        pairs=(
            Fact.of(row, Person.linkedin),
            Fact.of(row, Person.address),
            Fact.of(row, Person.native_address),
            Fact.of(row, Person.consent),
            Fact.of(row, Person.consent_place),
            Fact.of(row, Person.consent_on),
            Fact(_("Birthday"), birthday, fields=("birth_month", "birth_day", "birth_year")),
            Fact.of(row, Person.note),
        ),
        editing=Editing.of(actor, row, "people", "people.edit"),
    )


def build_positions(actor: Actor, row: Person, affiliations: Sequence[AffiliationRow]) -> Panel:
    """Return where a person works and worked."""
    may_edit = can(actor, "person:edit", row)
    return Panel(
        title=_("Works at"),
        rows=tuple(_position_row(affiliation, may_edit=may_edit) for affiliation in affiliations),
        add_url=url_for("people.affiliation", id=row.id) if may_edit else "",
    )


def _position_row(row: AffiliationRow, *, may_edit: bool) -> PanelRow:
    title = join_texts(row.title, row.native_title, row.department)
    pieces = [Span(text) for text in [join_texts(title, _period(row.from_on, row.to_on), separator=", ")] if text]
    if may_edit:
        edit_url = url_for("people.affiliation_edit", id=row.person_id, row=row.id)
        pieces.append(Span(_("Edit"), url=edit_url, css="link", about=row.organization))
    status = row.official if row.official.counts_as_official else None
    return PanelRow(
        title=record_link("organization", row.organization_id, row.organization),
        lines=(*((Line(tuple(pieces)),) if pieces else ()), *note(status, describe_rank(row.rank, row.rank_words))),
    )


def _period(from_on: date | None, to_on: date | None) -> str:
    if not from_on and not to_on:
        return ""
    last = formats.day(to_on) if to_on else _("today")
    return f"{formats.day(from_on)}–{last}"


def build_relations(actor: Actor, row: Person) -> Panel:
    """Return the people that a person knows."""
    may_edit = can(actor, "person:edit", row)
    relations = queries.list_relations(actor, row.id)
    return Panel(
        title=_("Relationships"),
        rows=tuple(_relation_row(row.id, relation, may_edit=may_edit) for relation in relations),
        add_url=url_for("people.relation", id=row.id) if may_edit else "",
    )


def _relation_row(person_id: int, row: RelationRow, *, may_edit: bool) -> PanelRow:
    remove_url = url_for("people.relation_remove", id=person_id, row=row.id)
    since = _("since %(day)s", day=formats.day(row.since_on)) if row.since_on else ""
    remove = Action(_("Remove"), remove_url, about=row.label or row.native_label, is_post=True, is_danger=True)
    return PanelRow(
        title=record_link("person", row.other_id, row.label, row.native_label, css=""),
        avatar="person",
        lines=note(row.relation_label, row.evidence, since),
        actions=(remove,) if may_edit else (),
    )


def build_members(actor: Actor, organization_id: int) -> Panel:
    """Return who works and worked at an organization."""
    return Panel(
        title=_("People"),
        rows=tuple(_member_row(row) for row in queries.list_organization_members(actor, organization_id)),
        add_url=url_for("people.new", at=organization_id),
    )


def _member_row(row: OrganizationMember) -> PanelRow:
    until = _("until %(day)s", day=formats.day(row.to_on)) if row.to_on else ""
    return record_row("person", row.id, row.label, row.native_label, join_texts(row.title, row.native_title, until))


def build_post_roles(actor: Actor, post_id: int) -> Panel:
    """Return the roles at a U.S. post with those who hold and held them."""
    holders = queries.list_post_holders(actor, post_id)
    today = clock.today(actor.zone)
    return Panel(
        title=_("Roles at this post"),
        rows=tuple(
            _post_role_row(role, [holder for holder in holders if holder.role_id == role.id], today)
            for role in list_post_roles(post_id)
        ),
        add_url=url_for("organizations.post_role", id=post_id),
        add_about=_("Role"),
    )


def _post_role_row(role: PostRole, holders: Sequence[PostHolderRow], today: date) -> PanelRow:
    post_id = role.organization_id
    holder_url = url_for("people.holder", id=post_id, row=role.id)
    edit_url = url_for("organizations.post_role_edit", id=post_id, row=role.id)
    links = (
        Span(_("Set current holder"), url=holder_url, css="link small", about=role.title),
        Span(_("Edit"), url=edit_url, css="link small", about=role.title),
    )
    return PanelRow(
        title=Span(role.title, css="strong"),
        trailing=(Span(_staffing(role, holders, today), css="dim"),),
        lines=(*(_holder_line(holder, today) for holder in holders), Line(links, css="")),
    )


def _staffing(role: PostRole, holders: Sequence[PostHolderRow], today: date) -> PostRoleKind:
    """Return the type of a role; it is vacant once its holders left, and before the next one begins."""
    if holders and not any(is_in_term(holder.from_on, holder.to_on, today) for holder in holders):
        return PostRoleKind.vacant
    return role.kind


def _holder_line(row: PostHolderRow, today: date) -> Line:
    edit_url = url_for("people.holder_edit", id=row.person_id, row=row.id)
    return Line(
        (
            Span(row.label, url=url_for("desk.person", id=row.person_id), native=row.native_label),
            Span(_holder_term(row, today)),
            Span(_("Edit"), url=edit_url, css="link", about=row.label),
        ),
        css="small dim" if has_ended(row.to_on, today) else "small",
    )


def _holder_term(row: PostHolderRow, today: date) -> str:
    if row.to_on:
        return _("until %(day)s", day=formats.day(row.to_on))
    if row.expected_end_on:
        return _("tour ends about %(day)s", day=formats.day(row.expected_end_on))
    if row.from_on and row.from_on > today:
        return _("from %(day)s", day=formats.day(row.from_on))
    return _("current")
