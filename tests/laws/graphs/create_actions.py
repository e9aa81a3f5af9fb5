"""Steps that create records with the services of the forms; each text has the words of its linked records."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crm.core.policy import Actor
from crm.organizations.policy import AliasKind, OrganizationRole
from crm.organizations.services import add_organization, set_aliases, set_contact_details
from crm.people.policy import RepresentationStatus
from crm.people.services import add_person, save_representation
from crm.people.services import set_contact_details as set_person_reach
from crm.products.services import save_product
from crm.projects.policy import SourceKind
from crm.projects.services import add_project, save_need
from crm.records.policy import ContactMedium, PointLabel
from crm.records.services import ContactPointValues
from tests.laws.dataset import NOW
from tests.laws.graphs.database import GraphDatabase, action

TODAY = NOW.date()
PAST = TODAY - timedelta(days=3)
"""A day before the first step of each plan."""
GOODS, HS6 = "water meters", "902820"
"""Words and code of all products and needs, so that they match."""
SHOW_DAYS = (TODAY, TODAY + timedelta(days=2))


def mail_of(word: str, domain: str = "") -> ContactPointValues:
    """Return an email address with a secret word, at the domain of another one."""
    return ContactPointValues(
        ContactMedium.email, PointLabel.work, f"{word.lower()}@{(domain or word).lower()}.example"
    )


@action("organization")
def create_organization(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> Any:
    """Create a shared organization."""
    return _organization(world, actor, name, args, OrganizationRole.post if args["post"] else OrganizationRole.prime)


@action("client")
def client(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> Any:
    """Create a client of the actor's team."""
    return _organization(world, actor, name, args, OrganizationRole.client)


def _organization(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any], role: OrganizationRole) -> Any:
    word = world.mark(name)
    values = {
        "name": f"{word} Works",
        "native_name": f"{word}厂",
        "city": f"{word}ville",
        "country": "CN",
        "address": f"{word} Road",
        "website": f"https://{word.lower()}.example",
        "read_first": f"{word} first",
        "parent_id": world.id(actor, args["parent"]),
    }
    organization_row = add_organization(actor, values, roles=[role])
    set_aliases(organization_row, [(AliasKind.trading, f"{word} Trading")])
    set_contact_details(organization_row, [mail_of(word, word)], None)
    return organization_row


@action("person")
def person(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> Any:
    """Create a person, whose email address has the domain of the organization."""
    word, organization_name = world.mark(name), args["employer"]
    values = {
        "family_latin": word,
        "given_latin": "Li",
        "city": f"{word}town",
        "country": "CN",
        "note": f"{word} note",
        "read_first": f"{word} first",
        "address_as": f"Director {word}",
        "organization_id": world.id(actor, organization_name),
        "title": f"Engineer {world.words([name, organization_name])}",
    }
    person_row = add_person(actor, values)
    world.write(name, [organization_name] if organization_name else [])
    set_person_reach(
        actor, person_row, [mail_of(word, world.mark(organization_name) if organization_name else "")], None
    )
    return person_row


def representation_values(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> dict[str, Any]:
    """Return the values of the China rep form."""
    word = world.write(name, [args["client"]])
    return {
        "client_id": world.get(actor, args["client"]).id,
        "person_id": world.id(actor, args["person"]),
        "organization_id": world.id(actor, args["organization"]),
        "territory": f"{word} east",
        "note": f"{word} note",
        "status": RepresentationStatus.active,
        "to_on": TODAY + timedelta(days=20),
    }


@action("rep")
def create_representation(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> Any:
    """Create a China rep of a client."""
    return save_representation(actor, representation_values(world, actor, name, args))


@action("product")
def product(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> Any:
    """Create a product of a client."""
    word = world.write(name, [args["client"]])
    values = {"client_id": world.get(actor, args["client"]).id, "name": f"{world.mark(name)} {GOODS}"}
    return save_product(actor, values | {"description": f"{word} text", "hs6": HS6})


@action("project")
def project(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> Any:
    """Create a project, shared or confidential."""
    word = world.mark(name)
    source = args["source"]
    values = {
        "name": f"{word} City",
        "city": f"{word}hai",
        "country": "CN",
        "description": f"{word} is built",
        "source_id": world.id(actor, source),
        "source_note": f"{word} told",
        "heard_on": TODAY,
        "source_kind": SourceKind.person if source.startswith("person") else SourceKind.post if source else None,
    }
    return add_project(actor, values | ({"confidential": True} if args["confidential"] else {}))


def need_values(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> dict[str, Any]:
    """Return the values of the need form."""
    word = world.words([name, args["project"], args["organization"]])
    return {
        "title": f"{word} {GOODS}",
        "spec": f"{word} spec",
        "hs6": HS6,
        "project_id": world.id(actor, args["project"]),
        "organization_id": world.id(actor, args["organization"]),
        "needed_by": TODAY + timedelta(days=9),
    }


@action("need")
def need(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> Any:
    """Create a need of a project or an organization."""
    return save_need(actor, need_values(world, actor, name, args))
