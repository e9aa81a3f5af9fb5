"""Change products."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core import clock
from crm.core.data.base import Select, db, new_uid
from crm.core.data.bulk_changes import set_columns
from crm.core.data.net_changes import NetChange
from crm.core.data.record import ARCHIVE_COLUMNS, Record, get_referenced, touch, update_dependents
from crm.core.data.record_names import set_names
from crm.core.data.rows import sync_rows
from crm.core.errors import Invalid
from crm.core.hooks import DEPENDENT_UPDATES, DEPENDENTS, QUICK_UNDO, UNDONE, QuickUndo
from crm.core.policy import Actor
from crm.core.words import _
from crm.organizations.models import Organization
from crm.organizations.policy import NAICS
from crm.people.models import Representation
from crm.records.queries import other_names_of
from crm.records.services import belong_to, declare_links, may_name

from .derived import PLAIN_COLUMNS, derive_columns, name_columns
from .models import Product, RepresentationProduct
from .policy import HS6, eccn_problem, read_quantity
from .queries import list_representation_products

declare_links("product", sa.select(Product.id, Product.client_id))


def save_product(
    actor: Actor, values: Mapping[str, Any], product: Product | None = None, uid: str | None = None
) -> Product:
    """Create or change a product; it belongs to its client's team. Raises Invalid with the field that is wrong."""
    former_id = product.client_id if product else None
    client = get_referenced(Organization, actor, values["client_id"], [former_id])
    values = _check_values(actor, values, product)
    row = product or Product(uid=uid or new_uid())
    old_labels = (row.label, row.native_label)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.add(row)
    if client.id != former_id:
        _take_team(row, client)
    _refresh_name(row, client)
    if product is not None and old_labels != (row.label, row.native_label):
        update_dependents(row)  # Opportunities are found by the name of their product.
    return row


def _check_values(actor: Actor, values: Mapping[str, Any], product: Product | None = None) -> dict[str, Any]:
    """Return the values with a capacity in words as number and unit. Raises Invalid for a wrong one."""
    if problem := eccn_problem(values.get("eccn")):
        raise Invalid(problem, "eccn")
    if values.get("hs6") and not HS6.match(values["hs6"]):
        raise Invalid(_("Enter six digits, such as 902680."), "hs6")
    if values.get("naics") and not NAICS.fullmatch(values["naics"]):
        raise Invalid(_("Enter six digits, such as 332911."), "naics")
    said_on = values.get("said_on")
    if said_on and said_on > clock.today(actor.zone) and (product is None or product.said_on != said_on):
        raise Invalid(_("Enter today's date or an earlier one."), "said_on")
    if (values.get("capacity_number") or 0) < 0:
        raise Invalid(_("Enter a number of 0 or more."), "capacity_number")
    return read_quantity(values, "capacity")


def change_products(actor: Actor, ids: Sequence[int], values: Mapping[str, Any]) -> dict[int, str]:
    """Set columns of many products that aren't confidential, not their client or name. Raises Invalid."""
    set_columns(db.session(), Product, ids, _check_values(actor, values), derive_columns if "hs6" in values else None)
    return {}


def _take_team(row: Product, client: Organization) -> None:
    """Set the team and the counselor of a product from its client; a confidential one is never without a counselor."""
    before = row.counselor_id
    if client.counselor_id is not None or not row.confidential:
        row.counselor_id = client.counselor_id
    belong_to(row, client)
    if row.confidential and row.counselor_id != before:
        update_dependents(row)


def _refresh_name(row: Product, client: Organization) -> None:
    """Update label and search tokens; the client's name is one unless hidden from users who see the product."""
    client_words = names.tokens(client.label, client.native_label) if may_name(row, client) else ""
    db.session.flush()
    set_names(row, name_columns(row, client_words, other_names_of(row.id)))
    db.session.flush()


def _update_after_undo(_actor: Actor, undone: Mapping[Product, Sequence[NetChange]]) -> None:
    """Update the search names."""
    for row in undone:
        _refresh_name(row, db.session.get_one(Organization, row.client_id))


UNDONE["product"] = _update_after_undo
QUICK_UNDO["product"] = QuickUndo(
    frozenset({"hs6", *PLAIN_COLUMNS, *ARCHIVE_COLUMNS}), deriving=frozenset({"hs6"}), derive=derive_columns
)


def set_representation_products(actor: Actor, representation: Representation, ids: Collection[int]) -> None:
    """Replace the products that a China rep represents; none means all of the client's.

    Products that the actor may not see are kept. Raises Invalid for a product of another client.
    """
    visible_ids = {product.id for product in list_representation_products(actor, representation)}
    if not visible_ids.issuperset(ids):
        raise Invalid(_("Choose from this client's products."), "products")
    touch(representation)
    sync_rows(
        representation,
        RepresentationProduct.representation_id,
        [{"product_id": i} for i in ids],
        key=["product_id"],
        only=RepresentationProduct.product_id.in_(visible_ids),
    )


def _update_dependents(record: Record) -> None:
    """Update the products that repeat values of a changed client."""
    if isinstance(record, Product):
        _refresh_name(record, db.session.get_one(Organization, record.client_id))
    if isinstance(record, Organization):
        for row in db.session.scalars(sa.select(Product).where(Product.client_id == record.id)).all():
            _take_team(row, record)
            _refresh_name(row, record)


DEPENDENT_UPDATES.append(_update_dependents)


def _select_products(hosts: Collection[int]) -> Select:
    return sa.select(Product.id, Product.client_id.label("host_id")).where(Product.client_id.in_(hosts))


DEPENDENTS.append(("organization", _select_products))
