"""Closed lists of organizations: roles, names, client and post details; who may change them."""

from __future__ import annotations

import re
from collections.abc import Collection

from crm import names
from crm.core.policy import (
    RULES,
    Actor,
    HasAccess,
    Rule,
    is_signed_in,
    may_archive,
    may_change_counselor,
    may_edit,
    may_see,
)
from crm.core.words import LabeledEnum, Lazy, _l

NAICS = re.compile(r"[0-9]{6}")
USCC_PROBLEM_TEXTS: dict[names.UsccProblem, Lazy] = {
    "length": _l("A USCC has 18 characters."),
    "character": _l("The USCC contains a character that isn't allowed."),
    "check_digit": _l("The USCC check digit doesn't match. Check for typos. A few valid codes don't match either."),
}
"""Warnings about a unified social credit code. A code with a warning can still be saved."""


class OrganizationRole(LabeledEnum):
    """What an organization is to the center; an organization can have several roles."""

    client = "client", _l("Client")
    prime = "prime", _l("Prime contractor")
    post = "post", _l("U.S. post")
    representative = "representative", _l("Representative company")
    distributor = "distributor", _l("Distributor or buyer")
    end_user = "end_user", _l("End user")
    project_owner = "project_owner", _l("Project owner")
    government = "government", _l("Government agency")
    association = "association", _l("Association")
    show_organizer = "show_organizer", _l("Show organizer")
    service_provider = "service_provider", _l("Service provider")
    other = "other", _l("Other")


class AliasKind(LabeledEnum):
    """The type of another name."""

    legal = "legal", _l("Legal name")
    trading = "trading", _l("Trade name")
    former = "former", _l("Former name")
    pinyin = "pinyin", _l("Pinyin")
    acronym = "acronym", _l("Acronym")
    english = "english", _l("English name")


class ClientStatus(LabeledEnum):
    """The status of a client; a pre-client hasn't signed the agreement yet."""

    pre_client = "pre_client", _l("Pre-client")
    client = "client", _l("Client")
    inactive = "inactive", _l("Inactive")
    closed = "closed", _l("Closed")


class BusinessStage(LabeledEnum):
    """The age of a client's business."""

    pre_venture = "pre_venture", _l("Pre-venture")
    start_up = "start_up", _l("Startup (under 1 year)")
    in_business = "in_business", _l("In business")


class LegalForm(LabeledEnum):
    """The legal form of a client, with the options of the counseling form."""

    sole_proprietorship = "sole_proprietorship", _l("Sole proprietorship")
    partnership = "partnership", _l("Partnership")
    corporation = "corporation", _l("Corporation")
    s_corporation = "s_corporation", _l("S corporation")
    llc = "llc", _l("LLC")
    other = "other", _l("Other")


class FactUnit(LabeledEnum):
    """The unit of a dated figure."""

    people = "people", _l("people")
    money = "money", _l("per year, with currency")
    percent = "percent", _l("%")
    countries = "countries", _l("countries")
    market = "market", _l("new to export or market expansion")


class FactKind(LabeledEnum):
    """The type of a dated figure of a client; users with the limit `china_desk` don't see hidden ones."""

    unit: FactUnit
    is_hidden: bool

    staff = "staff", _l("Staff"), FactUnit.people, False
    export_staff = "export_staff", _l("Export staff"), FactUnit.people, False
    sales = "sales", _l("Sales"), FactUnit.money, True
    export_sales = "export_sales", _l("Export sales"), FactUnit.money, True
    export_countries = "export_countries", _l("Export countries"), FactUnit.countries, False
    market = "market", _l("Export experience"), FactUnit.market, False
    us_content = "us_content", _l("U.S. content"), FactUnit.percent, False

    def __init__(self, _code: str, _label: Lazy, unit: FactUnit, is_hidden: bool) -> None:  # noqa: FBT001
        self.unit = unit
        self.is_hidden = is_hidden


class PostRoleKind(LabeledEnum):
    """How a role at a post is staffed."""

    rotating = "rotating", _l("Rotating officer")
    local = "local", _l("Local staff")
    vacant = "vacant", _l("Vacant")


class PostKind(LabeledEnum):
    """The type of a U.S. post; an institute isn't a diplomatic mission, and its label says so."""

    embassy = "embassy", _l("Embassy")
    consulate_general = "consulate_general", _l("Consulate General")
    institute = "institute", _l("AIT (not a diplomatic mission)")
    commercial_office = "commercial_office", _l("Commercial office")


class RegistrationState(LabeledEnum):
    """Whether our clients are registered in a prime's supplier portal."""

    not_registered = "not_registered", _l("Not registered")
    applied = "applied", _l("Applied for")
    registered = "registered", _l("Registered")
    expired = "expired", _l("Expired")


class YesNoUnknown(LabeledEnum):
    """An answer that can be unknown."""

    yes = "yes", _l("Yes")
    no = "no", _l("No")
    unknown = "unknown", _l("Unknown")


def is_shared(roles: Collection[OrganizationRole]) -> bool:
    """Whether an organization with these roles is shared with all teams: every one but a client is."""
    return OrganizationRole.client not in roles


def may_change_team(actor: Actor, facts: HasAccess) -> bool:
    """Whether the actor may move a client to another team or share it, or make a shared organization a client.

    A client can be moved by those who may change its counselor. A shared organization that becomes a client disappears
    for the other teams, as if archived, so it takes the right to archive.
    """
    return may_archive(actor, facts) if facts.team_id is None else may_change_counselor(actor, facts)


def may_see_money(actor: Actor, facts: HasAccess) -> bool:
    """Whether the actor may see sales, export sales, shares and ownership: not with the limit `china_desk`."""
    return may_see(actor, facts) and not actor.hides_money


RULES["organization:see"] = Rule(is_signed_in, may_see, "View organizations.")
RULES["organization:make"] = Rule(is_signed_in, may_edit, "Add an organization.")
RULES["organization:edit"] = Rule(is_signed_in, may_edit, "Edit an organization and its details.")
RULES["organization:money"] = Rule(
    lambda a: not a.hides_money, may_see_money, "View and edit sales, shares and ownership."
)
