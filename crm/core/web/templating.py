"""The environment of the templates."""

from __future__ import annotations

import re

from flask.templating import Environment

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class Templates(Environment):
    """Flask's template environment. Pages are sent without the indentation of their templates: 3 to 9% smaller."""

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        """Return the source of a template to compile; HTML without indentation, where white space doesn't matter."""
        source = super().preprocess(source, name, filename)
        return INDENTATION.sub("", source) if name is not None and name.endswith(".html") else source
