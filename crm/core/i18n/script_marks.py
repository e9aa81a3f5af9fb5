"""Marks Chinese characters in the text of templates, as autoescaping does with special characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

TEXT_ONLY = frozenset({"option", "script", "style", "text", "textarea", "title"})
"""Elements that can't contain a `span`: HTML has only text in them, and SVG no HTML."""
TRANSLATED_TEXT = ["name", "lparen", "string", "rparen"]
"""The tokens of `_("...")`."""
_PARTS = re.compile(r"""<!--.*?-->|<(/?[a-zA-Z][\w-]*)|(\blang=)|["'>]""", re.DOTALL)


class MarkLanguages(Extension):
    """Applies `mark_lang` to each expression that is printed as the text of an HTML template.

    Not in attributes, in elements with a `lang` of their own or text only, in the block `title` that fills one of them,
    nor in a `{% set %}` block, which may become an attribute.
    """

    def filter_stream(self, stream: TokenStream) -> TokenStream | Iterable[Token]:
        """Return the tokens of a template with the filter added."""
        return _mark(stream) if stream.name is not None and stream.name.endswith(".html") else stream


class _Position:
    """Where in the HTML the template is: in a tag, in the quotes of an attribute, or in text."""

    def __init__(self) -> None:
        self.tag = self.quote = self.text_only = ""
        self.has_lang = False
        self.set_blocks = 0
        self.is_title = False

    def read(self, html: str) -> None:
        for match in _PARTS.finditer(html):
            part = match[0]
            if self.quote:
                self.quote = "" if part == self.quote else self.quote
            elif self.tag:
                self._read_in_tag(part, is_lang=match[2] is not None)
            elif match[1]:
                self.tag, self.has_lang = match[1].lower(), False

    def _read_in_tag(self, part: str, *, is_lang: bool) -> None:
        if part == ">":
            self.text_only = self.tag if self.tag in TEXT_ONLY else ""
            self.tag = ""
        elif is_lang:
            self.has_lang = True
        elif part in "\"'":
            self.quote = part

    @property
    def is_text(self) -> bool:
        return not (self.tag or self.text_only or self.has_lang or self.set_blocks or self.is_title)


def _mark(stream: TokenStream) -> Iterator[Token]:
    position = _Position()
    for token in stream:
        if token.type == "data":
            position.read(token.value)
        elif token.type == "block_begin":
            yield token
            yield from _read_block(stream, position)
            continue
        elif token.type == "variable_begin" and position.is_text:
            yield token
            yield from _marked(stream)
            continue
        elif token.type == "string" and token.value == "lang":
            position.has_lang = bool(position.tag)
        yield token


def _marked(stream: TokenStream) -> Iterator[Token]:
    """Yield the expression up to its end as `(expression)|mark_lang`; `_("...")` is in the language of the page."""
    line = stream.current.lineno
    tokens = []
    while stream.current.type != "variable_end":
        tokens.append(next(stream))
    if [token.type for token in tokens] == TRANSLATED_TEXT and tokens[0].value == "_":
        yield from tokens
        return
    yield Token(line, "lparen", "(")
    yield from tokens
    yield Token(line, "rparen", ")")
    yield Token(line, "pipe", "|")
    yield Token(line, "name", "mark_lang")


def _read_block(stream: TokenStream, position: _Position) -> Iterator[Token]:
    """Yield a statement up to its end; count the `{% set %}` blocks that are open."""
    name, is_assignment = stream.current.value, False
    if name in ("block", "endblock"):
        position.is_title = name == "block" and stream.look().value == "title"
    while stream.current.type != "block_end":
        is_assignment = is_assignment or stream.current.type == "assign"
        if stream.current.value == "lang" and position.tag:
            position.has_lang = True
        yield next(stream)
    if name == "set" and not is_assignment:
        position.set_blocks += 1
    elif name == "endset":
        position.set_blocks -= 1
