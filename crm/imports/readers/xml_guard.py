"""XML from outside: a document type, the way to entities that grow or reach out, is refused before any is expanded."""

from __future__ import annotations

from xml.parsers import expat

from crm.core.words import _l
from crm.imports.readers.errors import ReadError


def guarded_parser() -> expat.XMLParserType:
    """A parser that raises ReadError at a document type."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def refuse_doctype(data: bytes) -> None:
    """Raise ReadError if the document declares a type, ExpatError if it is broken."""
    guarded_parser().Parse(data, True)  # noqa: FBT003 - expat takes no keyword


def _refuse(*_arguments: object) -> None:
    raise ReadError(
        "entities",
        _l("The file declares entities of its own, which is not allowed."),
        _l("Save it again in the program it came from, as a new file."),
    )
