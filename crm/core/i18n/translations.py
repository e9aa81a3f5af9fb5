"""Languages: which one a reader gets, and how marked texts are translated."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from gettext import NullTranslations
from typing import Any

from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import Babel, get_domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from crm.core.i18n import catalogs
from crm.core.i18n.script_marks import MarkLanguages
from crm.core.words import plural_values, translate_in_context, use_translator

LANGUAGES = {"en": "English", "zh_Hans": "简体中文", "zh_Hant": "繁體中文", "es": "Español"}
"""The languages of texts, each with its native name."""
SHIPPED = ("en", "zh_Hans", "zh_Hant", "es")
"""The languages of the interface and of emails to users."""
BROWSER_LANGUAGES = {code.replace("_", "-"): code for code in SHIPPED}
"""Languages by the tags of browsers, which name the place instead of the script; some name both."""
BROWSER_LANGUAGES |= dict.fromkeys(("zh", "zh-CN", "zh-SG", "zh-Hans-CN", "zh-Hans-SG"), "zh_Hans")
BROWSER_LANGUAGES |= dict.fromkeys(("zh-TW", "zh-HK", "zh-MO", "zh-Hant-TW", "zh-Hant-HK", "zh-Hant-MO"), "zh_Hant")


def find_browser_language() -> str:
    """Return the language that the browser of this request prefers among ours; English without one."""
    return BROWSER_LANGUAGES[request.accept_languages.best_match(BROWSER_LANGUAGES) or "en"]


def _locale() -> str:
    actor = g.get("actor") if has_app_context() else None
    if actor is not None and actor.language in SHIPPED:
        return str(actor.language)
    return find_browser_language() if has_request_context() else "en"


class Catalog:
    """The texts of one language; each text is looked up once."""

    def __init__(self, texts: NullTranslations) -> None:
        self.gettext = lru_cache(maxsize=8192)(texts.gettext)
        self.ngettext = texts.ngettext


_ENGLISH = Catalog(NullTranslations())
_CATALOGS: dict[str, Catalog] = {}


def _catalog() -> Catalog:
    """Return the catalog of the current language; outside of an application that of English.

    A page uses it some hundred times, so it is cached beside the locale.
    """
    try:
        # Each access to `g` itself takes longer than to its dictionary.
        babel_context = g.__dict__.get("_flask_babel")
    except RuntimeError:
        return _ENGLISH
    locale = getattr(babel_context, "babel_locale", None) or get_locale()
    cached = getattr(babel_context, "catalog", None)
    if cached is not None and cached[0] is locale:
        return cached[1]  # type: ignore[no-any-return]
    name = str(locale)
    catalog = _CATALOGS.get(name)
    if catalog is None:
        catalog = _CATALOGS[name] = Catalog(get_domain().get_translations())
    if babel_context is not None:
        babel_context.catalog = (locale, catalog)
    return catalog


@pass_eval_context
def _gettext(eval_context: EvalContext, text: str, /, **values: Any) -> str:
    """Translate a text of a template. Replaces Jinja's own, which takes three calls and a context lookup per text."""
    text_shown = _catalog().gettext(text)
    translated = Markup(text_shown) if eval_context.autoescape else text_shown  # noqa: S704 - our own catalog, values are escaped
    return translated % values if values or "%" in text_shown else translated


@pass_eval_context
def _ngettext(eval_context: EvalContext, one: str, many: str, num: int, /, **values: Any) -> str:
    """Translate a text of a template with a number, which is written as the reader writes it."""
    text = _catalog().ngettext(one, many, num)
    translated = Markup(text) if eval_context.autoescape else text  # noqa: S704 - our own catalog, values are escaped
    return translated % plural_values(num, values)


def _translate(text: str) -> str:
    return _catalog().gettext(text)


def _translate_plural(one: str, many: str, num: int) -> str:
    return _catalog().ngettext(one, many, num)


def init_i18n(app: Flask) -> None:
    """Set up Babel and the translation of marked texts."""
    with suppress(PermissionError):  # A read-only installation has its catalogs built already.
        catalogs.build()
    Babel(
        app,
        locale_selector=_locale,
        default_domain="messages",
        default_translation_directories=str(catalogs.FOLDER),
    )
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.add_extension(MarkLanguages)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _catalog().gettext(text), lambda one, many, n: _catalog().ngettext(one, many, n), newstyle=True
    )
    app.jinja_env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext, pgettext=translate_in_context)
    _CATALOGS.clear()
    use_translator(_translate, _translate_plural)
