"""The environment of the templates."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
FUNCTIONS = frozenset({FunctionType, MethodType, BuiltinMethodType})


class PageCode(CodeGenerator):
    """Compiles templates so that texts from `mark_lang` are printed as they are: they are escaped already."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        is_escaped = isinstance(node, nodes.Filter) and node.name == "mark_lang" and frame.eval_ctx.autoescape
        if is_escaped and not frame.eval_ctx.volatile:
            self.write("(")
        else:
            super()._output_child_pre(node, frame, finalize)


class PageContext(Context):
    """Calls macros, functions and methods without Jinja's checks of what they take: a page has some hundred calls."""

    def call(self, callee: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call what a template calls."""
        kind = type(callee)
        if kind is Macro:
            args = (self.eval_ctx, *args)
        elif kind not in FUNCTIONS or hasattr(callee, "jinja_pass_arg"):
            return super().call(callee, *args, **kwargs)
        if kwargs:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
        return callee(*args, **kwargs)


class Templates(Environment):
    """Flask's template environment.

    Pages are sent without the indentation of their templates (3 to 9% smaller), and no line begins with a dot.
    """

    code_generator_class = PageCode
    context_class = PageContext

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template: those of the environment, unless it has its own."""
        return super().make_globals(d) if d else self.globals

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        """Return the source of a template to compile; HTML without indentation, with a no-break space before dots."""
        source = super().preprocess(source, name, filename)
        if name is None or not name.endswith(".html"):
            return source
        return INDENTATION.sub("", source).replace(" ·", "\N{NO-BREAK SPACE}·")
