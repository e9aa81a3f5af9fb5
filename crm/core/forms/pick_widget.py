"""The inputs of a field that refers to records."""

from __future__ import annotations

from typing import Any

import wtforms as w
from flask import current_app
from markupsafe import Markup


class PickWidget:
    """Renders a select with the chosen records, which the script turns into a picker, and an input for a name."""

    def __call__(self, field: w.Field, **attributes: Any) -> Markup:
        """Render the inputs; `attributes` go to the select, those of the field's render_kw to both."""
        macro = current_app.jinja_env.get_template("_ui/pick.html").module.pick  # type: ignore[attr-defined]
        return Markup(macro(field, attributes | {"data-url": field.url}))  # noqa: S704 - a macro's own markup
