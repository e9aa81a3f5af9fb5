"""Postal addresses gathered from the columns of a row."""

from __future__ import annotations

from typing import NamedTuple

from crm.core.i18n.countries import country_code
from crm.core.words import _l
from crm.imports.readers.rows import RowCells, text_too_long_message
from crm.imports.readers.values import has_han, normalize_label

MAX_PART_CHARS, MAX_ADDRESS_CHARS, MAX_POSTCODE_CHARS = 80, 400, 20
_PARTS = ("address", "street", "street2", "street3", "po_box", "city", "region", "postcode", "country")
_FIELDS = frozenset((*_PARTS, "address_native", "address_latin"))


class PostalAddress(NamedTuple):
    """One address. `text` are its lines above the city; `country` is an ISO code of two letters or ""."""

    label: str = ""
    text: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""

    @property
    def is_native(self) -> bool:
        """Whether the address is written in Chinese."""
        return has_han(self.text)


class AddressedRow:
    """A row whose class has the addresses of a person or an organization, that of work before that of the home."""

    addresses: tuple[PostalAddress, ...]

    @property
    def city(self) -> str:
        """The city of the first address that has one."""
        return next((address.city for address in self.addresses if address.city), "")

    @property
    def country(self) -> str:
        """The ISO code of the country of the first address that has one, "" when unknown."""
        return next((address.country for address in self.addresses if address.country), "")


def parse_addresses(cells: RowCells) -> tuple[PostalAddress, ...]:
    """Return all addresses of a row, one per label and group; city and country are enough for one."""
    if cells.is_blank(_FIELDS):
        return ()
    gathered: dict[tuple[str, str], dict[str, str]] = {}
    for part in _PARTS:
        for target, heading, text in cells.all(part):
            value = _read_code(cells, heading, part, text)
            if value:
                gathered.setdefault((target.label, target.group), {})[part] = value
    labels = {target.group: normalize_label(text) for target, _heading, text in cells.all("address_label")}
    addresses = [_address(label or labels.get(group, ""), parts) for (label, group), parts in gathered.items()]
    for field in ("address_native", "address_latin"):
        text = cells.long_text(field, MAX_ADDRESS_CHARS)
        if text:
            addresses.append(PostalAddress(text=text))
    return tuple(sorted(addresses, key=lambda address: address.label not in {"", "work"}))


def _read_code(cells: RowCells, heading: str, part: str, text: str) -> str:
    longest = {"postcode": MAX_POSTCODE_CHARS, "city": MAX_PART_CHARS, "region": MAX_PART_CHARS}.get(
        part, MAX_ADDRESS_CHARS
    )
    if len(text) > longest:
        cells.add_problem(heading, text_too_long_message(text, longest))
        return ""
    if part != "country":
        return text
    code = country_code(text)
    if code is None:
        cells.add_problem(heading, _l("“%(cell)s” isn't a country. The country was left blank.", cell=text[:60]))
    return code or ""


def _address(label: str, parts: dict[str, str]) -> PostalAddress:
    lines = [parts[part] for part in ("street", "street2", "street3", "po_box") if part in parts]
    # A formatted address repeats the parts, so it counts only where no street is given.
    text = ("\n".join(lines) or parts.get("address", ""))[:MAX_ADDRESS_CHARS]
    return PostalAddress(
        label, text, parts.get("city", ""), parts.get("region", ""), parts.get("postcode", ""), parts.get("country", "")
    )
