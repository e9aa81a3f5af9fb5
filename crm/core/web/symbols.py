"""Icons and initials, which templates use as the functions `icon` and `avatar`."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

from crm.core.i18n.formats import mark_lang

AVATAR_CLASSES = {"person": "", "me": " avatar-me"}
"""The shape of initials: round for a person, square for an organization or another record."""


def avatar(text: object, kind: str = "person", large: bool = False) -> Markup:  # noqa: FBT001, FBT002 - templates say large=True
    """Return the initials or the icon beside a name."""
    css = f"avatar{AVATAR_CLASSES.get(kind, ' avatar-org')}{' avatar-xl' if large else ''}"
    return Markup(f'<span class="{css}" aria-hidden="true">{mark_lang(text)}</span>')  # noqa: S704 - escaped


def init_symbols(app: Flask, file: str) -> None:
    """Provide the functions; `file` is the URL of the SVG file with all icons."""

    def icon(name: str, large: bool = False) -> Markup:  # noqa: FBT001, FBT002 - templates say large=True
        """Return an icon. It has no text of its own: the text is beside it or in an aria-label."""
        css = "i i-l" if large else "i"
        return Markup(f'<svg class="{css}" aria-hidden="true"><use href="{file}#{name}"/></svg>')  # noqa: S704 - templates name it

    app.jinja_env.globals.update(icon=icon, avatar=avatar)
