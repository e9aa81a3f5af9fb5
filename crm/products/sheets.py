"""The product sheet: one page in English and Chinese for a prime, without export classification and internal notes."""

from __future__ import annotations

from typing import NamedTuple

from babel import Locale
from flask_babel import force_locale

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.record import get_visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.web.pdf import build_pdf
from crm.core.words import _
from crm.organizations.models import Organization

from .models import Product
from .policy import ProductKind, split_list
from .quantities import format_quantity

CHINESE = Locale("zh", script="Hans")
CHINESE_KINDS = {
    ProductKind.technology: "技术",
    ProductKind.product: "产品",
    ProductKind.material: "材料",
    ProductKind.service: "服务",
}


class SheetLine(NamedTuple):
    """A line of the sheet: its label in both languages, and its texts."""

    label: str
    native_label: str
    texts: tuple[str, ...]


class ProductSheet(NamedTuple):
    """What the sheet shows; lines without a text are left out."""

    title: str
    native_title: str
    client: str
    native_client: str
    lines: tuple[SheetLine, ...]
    counselor: str
    email: str


def build_product_sheet(actor: Actor, product: Product) -> ProductSheet:
    """Return the sheet of a product. Raises NotFound if the actor may not see its client."""
    client = get_visible(Organization, actor, product.client_id)
    counselor = db.session.get(User, product.counselor_id) if product.counselor_id else None
    with force_locale("en"):  # The sheet has its two languages, whichever one the user reads.
        lines = _list_lines(product, client)
    return ProductSheet(
        product.name,
        product.native_name or "",
        client.name,
        client.native_name or "",
        tuple(line for line in lines if line.texts),
        counselor.name if counselor else "",
        counselor.email if counselor else "",
    )


def _list_lines(product: Product, client: Organization) -> tuple[SheetLine, ...]:
    place = ", ".join(filter(None, (client.city, client.region, _country(client.country))))
    capacity = format_quantity(product.capacity_number, product.capacity_unit, product.capacity)
    return (
        SheetLine(_("Type"), "类型", (f"{product.offer} {CHINESE_KINDS[product.offer]}",)),
        SheetLine(_("Description"), "说明", _as_tuple(product.description)),
        SheetLine(_("HS code"), "海关编码", _as_tuple(formats.hs(product.hs6))),
        SheetLine(_("Certificates"), "证书", split_list(product.certificates)),
        SheetLine(_("Capacity"), "产能", _as_tuple(capacity)),
        SheetLine(_("Location"), "地点", _as_tuple(place)),
        SheetLine(_("Website"), "网站", _as_tuple(client.website)),
    )


def build_sheet_pdf(sheet: ProductSheet, center: str) -> bytes:
    """Return a product sheet of a center as a PDF of one page."""
    data = sheet._asdict() | {
        "lines": [line._asdict() | {"text": ", ".join(line.texts)} for line in sheet.lines],
        "contact": ", ".join(filter(None, (sheet.counselor, sheet.email))),
        "center": center,
    }
    return build_pdf("crm.products", "sheet", data)


def _country(code: str | None) -> str:
    """Return the name of a country in both languages."""
    return f"{formats.country(code)} {CHINESE.territories.get(code, '')}".strip() if code else ""


def _as_tuple(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()
