"""Forms of a product, and of the products that a China rep represents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import wtforms as w

from crm.core.forms.fields import strip_text
from crm.core.forms.forms import Form, of
from crm.core.words import _l
from crm.organizations.client_field import ClientField
from crm.reference.code_pickers import CodePickField
from crm.reference.codes import CodeList

from .models import Product
from .policy import join_list
from .queries import RepresentationProductRow


class ProductForm(Form):
    """A product of a client; only the client and a name are required."""

    client_id = ClientField()
    offer = of(Product.offer)
    name = of(Product.name)
    native_name = of(Product.native_name)
    description = of(Product.description)
    hs6 = CodePickField(_l("HS code"), code_list=CodeList.hs)
    naics = CodePickField(_l("NAICS"), code_list=CodeList.naics)
    certificates = of(Product.certificates, filters=[strip_text, join_list])
    capacity_number = of(Product.capacity_number)
    capacity_unit = of(Product.capacity_unit)
    capacity = of(Product.capacity)
    jurisdiction = of(Product.jurisdiction)
    eccn = of(Product.eccn)
    usml_category = of(Product.usml_category)
    said_by = of(Product.said_by)
    said_on = of(Product.said_on)
    ip_note = of(Product.ip_note)


class RepProductsForm(Form):
    """The products that a China rep represents."""

    products = w.SelectMultipleField(
        _l("Products"), coerce=int, description=_l("Leave blank to include all of the client's products.")
    )

    def __init__(self, *args: Any, options: Sequence[RepresentationProductRow], **kw: Any) -> None:
        super().__init__(*args, products=[product.id for product in options if product.is_selected], **kw)
        self.products.choices = [w.SelectChoice(product.id, product.name) for product in options]
