"""The tables of a record's history: their labels, and which of their columns are hidden from which users."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa

from crm.checkins.models import CheckIn
from crm.core.data.base import Base
from crm.core.words import Lazy, _l, _p
from crm.followups.models import FollowUpAbout
from crm.impact.models import ImpactSurvey, SurveyPlan
from crm.interactions.models import InteractionClient, InteractionParty, InteractionTime
from crm.mailings.models import MailingRecipient
from crm.matching.models import MatchDecision
from crm.organizations.models import Ownership
from crm.people.models import Affiliation, Relation
from crm.products.models import RepresentationProduct
from crm.projects.models import ProjectParty, SupplierRegistration
from crm.shows.models import ShowMeeting, ShowParticipant

MONEY = frozenset(
    {
        "ownership",
        "dated_fact",
        "parent_share",
        "funder_id",
        "show.cost",
        "show.currency",
        "milestone.amount",
        "milestone.currency",
        "impact_survey",
        "assistance",
    }
)
"""Tables and columns that stay hidden from the China desk; a column of one table is "table.column"."""
ADDRESSES = frozenset({"contact_point", "mailing_recipient"})
"""Tables of a person's addresses, hidden from those who may not see the contact details."""
LEFT_OUT = frozenset({"impact_survey.address"})
"""Columns that no history has: the page of the survey shows the address to those who may still see it."""
TABLE_LABELS: dict[str, Lazy] = {
    "affiliation": _l("Position"),
    "assistance": _l("Assistance"),
    "partner_referral": _l("Referral to a partner"),
    "alias": _l("Other name"),
    "attachment": _l("File"),
    "client": _l("Client details"),
    "client_agreement": _l("Agreement"),
    "contact_point": _l("Email or phone"),
    "dated_fact": _l("Figure"),
    "organization_role": _l("Role"),
    "package_need": _l("Tender package"),
    "organization_sector": _l("Sector"),
    "other_name": _l("Other name"),
    "ownership": _l("Owner"),
    "post": _l("U.S. post details"),
    "post_holder": _l("Role holder"),
    "post_role": _l("Role at this post"),
    "prime": _l("Prime contractor details"),
    "record_reader": _l("Reader"),
    "record_tag": _l("Tag"),
    "relation": _l("Relationship"),
    "representation_product": _l("Product represented"),
    "cadence": _l("Keep in touch"),
    "evidence": _l("Requirement marked complete"),
    "impact_survey": _l("Impact survey"),
    "survey_plan": _l("Survey schedule"),
    "checkin": _l("Check-in"),
    "checkin_plan": _l("Check-in schedule"),
    "review_item": _l("Decision of a review"),
    "followup_about": _l("Related record"),
    "mailing_recipient": _p("message", "Email"),
    "interaction_client": _l("Client"),
    "interaction_party": _l("Attendee"),
    "interaction_sent": _l("Item sent"),
    "interaction_staff": _l("Staff member"),
    "interaction_time": _l("Session time"),
    "match_decision": _l("Match"),
    "project_party": _l("Party"),
    "project_sector": _l("Sector"),
    "show_going": _l("Participant"),
    "supplier_registration": _l("Supplier registration"),
    "tender_package": _l("Tender package"),
    "show_meeting": _l("Meeting"),
}
"""Labels of the rows of a record, by table."""
SEPARATE_TABLES: dict[str, tuple[type[Base], tuple[str, ...]]] = {
    "affiliation": (Affiliation, ("organization_id",)),
    "relation": (Relation, ("other_id", "team_id")),
    "interaction_client": (InteractionClient, ("client_id",)),
    "interaction_time": (InteractionTime, ("client_id",)),
    "interaction_party": (InteractionParty, ("person_id", "organization_id")),
    "project_party": (ProjectParty, ("organization_id", "person_id")),
    "supplier_registration": (SupplierRegistration, ("prime_id",)),
    "followup_about": (FollowUpAbout, ("record_id",)),
    "ownership": (Ownership, ("owner_id",)),
    "impact_survey": (ImpactSurvey, ("opportunity_id", "person_id")),
    "survey_plan": (SurveyPlan, ("opportunity_id", "person_id")),
    "checkin": (CheckIn, ("person_id", "interaction_id")),
    "mailing_recipient": (MailingRecipient, ("interaction_id",)),
    "representation_product": (RepresentationProduct, ("product_id",)),
    "match_decision": (MatchDecision, ("product_id", "opportunity_id")),
    "show_going": (ShowParticipant, ("record_id",)),
    "show_meeting": (ShowMeeting, ("team_id", "client_id", "host_id")),
}
"""Rows shown only to those who may see the record they name, or are in their team: model and columns by table."""
RESTORABLE = {
    kind: frozenset(columns.split())
    for kind, columns in {
        "followup": "title note result",
        "interaction": "subject place minutes notes english_line",
        "milestone": "title amount jobs country on reported_on evidence note",
        "need": "title native_title spec quantity quantity_number quantity_unit hs6 certificates needed_by",
        "opportunity": "title note waiting_for",
        "organization": "name native_name country region city zone address native_address postal_code website uscc"
        " parent_share read_first",
        "person": "family_latin given_latin family_native given_native english_name address_as pronunciation languages"
        " linkedin mail_language country city zone address native_address consent consent_place consent_on read_first"
        " note",
        "product": "name native_name description hs6 naics certificates capacity capacity_number capacity_unit ip_note",
        "project": "name native_name country city corridor phase funding description source_note heard_on",
        "representation": "territory may_quote mark_owner note",
        "show": "name native_name country city venue halls staff_days note",
    }.items()
}
"""Fields by kind of record whose former values can be restored. Others belong to a process with rules of its own."""
MAY_BE_EMPTY = frozenset(
    {"team_id", "person_id", "organization_id", "owner_id", "record_id", "client_id", "host_id", "opportunity_id"}
    | {"interaction_id"}
)


NO_COLUMN: sa.Column[Any] = sa.Column("none")


@cache
def key_columns() -> dict[str, tuple[tuple[str, sa.ColumnElement[Any]], ...]]:
    """Return the key columns of link tables, in the order in which the history writes them."""
    return {
        str(mapper.local_table.name): tuple(  # type: ignore[attr-defined]
            (mapper.get_property_by_column(column).key, column) for column in mapper.primary_key
        )
        for mapper in Base.registry.mappers
        if len(mapper.primary_key) > 1
    }


@cache
def labeled_columns() -> dict[str, dict[str, sa.Column[Any]]]:
    """Return the columns with a label by table and attribute; a record's own are under the table of its kind."""
    return {
        str(mapper.local_table.name): {  # type: ignore[attr-defined]
            prop.key: column
            for prop in mapper.column_attrs
            for column in prop.columns
            if isinstance(column, sa.Column) and "label" in column.info
        }
        for mapper in Base.registry.mappers
    }
