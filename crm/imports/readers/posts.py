"""Foreign offices of the US Commercial Service from the agency's XML file (POSTLIST)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.parsers.expat import ExpatError

from crm.core.i18n.countries import country_code
from crm.core.i18n.formats import num
from crm.core.texts import BLANK_WORDS
from crm.core.words import Lazy, _l
from crm.imports.readers.errors import BadCell, ReadError
from crm.imports.readers.kinds import FileKind, detect_file_kind
from crm.imports.readers.known_posts import post_code, post_zone
from crm.imports.readers.limits import MAX_ROWS
from crm.imports.readers.rows import CellProblem, CheckedRow
from crm.imports.readers.values import read_email, read_phone, read_site
from crm.imports.readers.xml_guard import check_xml_safety

_MAX_LINE = 200
_RIGHT_FILE = _l("Choose the agency's list of offices (an XML file that begins with POSTLIST).")


@dataclass(frozen=True)
class ParsedPost(CheckedRow):
    """One office as the file has it. `line` is its position in the file, from 1.

    `code` is that of a post known by country and city, `zone` an IANA name; both may be "".
    The file doesn't say whether the post is open today.
    """

    line: int
    post: str
    office_name: str = ""
    country: str = ""
    city: str = ""
    address: tuple[str, ...] = ()
    us_address: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    fax: str = ""
    zone: str = ""
    urls: tuple[str, ...] = ()
    code: str = ""
    note: str = ""
    problems: tuple[CellProblem, ...] = ()


def read_posts(data: bytes) -> tuple[ParsedPost, ...]:
    """Return every office of the file, in order, with those that have errors.

    Raises ReadError for other files, for broken XML, and for XML that declares entities.
    """
    if detect_file_kind(data) is not FileKind.XML:
        raise ReadError("no_posts", _l("This file isn't XML."), _RIGHT_FILE)
    try:
        check_xml_safety(data)
        root = fromstring(data)  # noqa: S314 - a document type, without which there are no entities, was refused above
    except (ParseError, ExpatError, ValueError, LookupError) as wrong:
        if isinstance(wrong, ReadError):
            raise
        raise ReadError(
            "broken_xml", _l("The XML file is damaged or incomplete."), _l("Download the file again.")
        ) from wrong
    offices = root.findall("POSTINFO") if root.tag == "POSTLIST" else []
    if not offices:
        raise ReadError("no_posts", _l("The file contains no offices."), _RIGHT_FILE)
    if len(offices) > MAX_ROWS:
        raise ReadError("too_long", _l("The file contains too many offices."), _RIGHT_FILE)
    return tuple(_Office(office, line).row() for line, office in enumerate(offices, 1))


class _Office:
    """Reads one POSTINFO element and collects its problems."""

    def __init__(self, element: Element, line: int) -> None:
        self.element = element
        self.line = line
        self.problems: list[CellProblem] = []

    def row(self) -> ParsedPost:
        post = self.text("POST") or self.text("POSTNAME")
        if not post:
            self.add_problem("POST", _l("Enter a name."), refuses=True)
        country = self.country()
        # The European Union's office is named after no city.
        city = post if country else ""
        address, sites = self.lines("ADDRESS")
        us_address, more = self.lines("APOADDRESS")
        return ParsedPost(
            line=self.line,
            post=post,
            office_name=self.text("OFFICENAME"),
            country=country,
            city=city,
            address=address,
            us_address=us_address,
            email=self.checked("EMAIL", read_email),
            phone=self.checked("PHONE", read_phone),
            fax=self.checked("FAX", read_phone),
            zone=post_zone(country, city),
            urls=tuple(dict.fromkeys((*sites, *more))),
            code=post_code(country, city),
            note=self.text("MAIL_INSTR", longest=2_000),
            problems=tuple(self.problems),
        )

    def text(self, tag: str, longest: int = _MAX_LINE) -> str:
        text = " ".join((self.element.findtext(tag) or "").split())
        if len(text) > longest:
            self.add_problem(
                tag, _l("Use at most %(most)s characters. This text has %(n)s.", n=num(len(text)), most=num(longest))
            )
            return ""
        return "" if text.casefold() in BLANK_WORDS else text

    def country(self) -> str:
        """Return the ISO code, by the ISO number or else by the name."""
        element = self.element.find("COUNTRYID")
        number, name = ("", "") if element is None else ((element.text or "").strip(), element.get("name", "").strip())
        code = (country_code(number) if number.isdecimal() else None) or country_code(name) or ""
        if not code:
            self.add_problem(
                "COUNTRYID",
                _l(
                    "“%(name)s” (%(number)s) isn't a country. The country was left blank.",
                    name=name[:60],
                    number=number[:20],
                ),
            )
        return code

    def lines(self, tag: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the lines of an address, and the web addresses among them."""
        lines: list[str] = []
        sites: list[str] = []
        for element in self.element.findall(tag):
            text = " ".join((element.text or "").split())[:_MAX_LINE]
            if text.lower().startswith(("http://", "https://", "www.")):
                try:
                    sites.append(read_site(text))
                except BadCell as bad:
                    self.add_problem(tag, bad.message)
            elif text:
                lines.append(text)
        return tuple(lines), tuple(sites)

    def checked(self, tag: str, read: Callable[[str], str]) -> str:
        text = self.text(tag)
        try:
            return read(text) if text else ""
        except BadCell as bad:
            self.add_problem(tag, bad.message)
            return ""

    def add_problem(self, column: str, message: Lazy, *, refuses: bool = False) -> None:
        self.problems.append(CellProblem(column, message, refuses))
