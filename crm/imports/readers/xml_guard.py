"""Safe XML parsing: a document type is refused, since it can declare entities that expand or load files."""

from __future__ import annotations

from xml.parsers import expat

from crm.core.deadline import check_time
from crm.core.words import _l
from crm.imports.readers.errors import ReadError
from crm.imports.readers.limits import MAX_ATTRIBUTES, MAX_DEPTH, MAX_ELEMENTS


def create_safe_parser() -> expat.XMLParserType:
    """Return a parser that raises ReadError at a document type."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def check_xml_safety(data: bytes) -> None:
    """Raise ReadError if the document declares a type, is too deep or too large; ExpatError if it is malformed."""
    parser, counter = create_safe_parser(), _ElementCounter()
    parser.StartElementHandler, parser.EndElementHandler = counter.start, counter.end
    parser.Parse(data, True)  # noqa: FBT003 - expat takes no keyword


class _ElementCounter:
    """Counts elements and their depth before a tree is built."""

    def __init__(self) -> None:
        self.elements = self.depth = 0

    def start(self, _name: str, attributes: dict[str, str]) -> None:
        check_time()
        self.elements += 1
        self.depth += 1
        if self.elements > MAX_ELEMENTS or self.depth > MAX_DEPTH or len(attributes) > MAX_ATTRIBUTES:
            raise ReadError(
                "xml_too_large",
                _l("The XML file is too complex to be a list."),
                _l("Check that this is the right file."),
            )

    def end(self, _name: str) -> None:
        self.depth -= 1


def _refuse(*_arguments: object) -> None:
    raise ReadError(
        "entities",
        _l("The XML file contains entity declarations, which aren't allowed."),
        _l("Save the list as a new file in the original program."),
    )
