"""Causeway, a relationship CRM for trade centers. Start reading at `features.py` and docs/map.md."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from flask import Flask

from config import ROOT, SettingsError, list_unknown_settings, make_settings
from crm.core import logs
from crm.core.data import base
from crm.core.data.jobs import JOBS
from crm.core.i18n import formats, translations
from crm.core.mail.outbox import send
from crm.core.memory import paused_gc, spare_program_from_gc
from crm.core.ops import command_errors, health, statistics, tables
from crm.core.web import assets, blueprint, compression, edge, layout, templating
from crm.core.web.security import init_demo_guard, init_security

from .features import load_modules


@paused_gc()
def create_app(*, commands: bool = True, **overrides: Any) -> Flask:
    """Make the application. Overrides are settings by name; raises SettingsError when one is missing or wrong.

    A web server starts without the `commands`, whose libraries cost it time and memory. Commands describe themselves
    with --help whatever the settings are.
    """
    try:
        return _build_app(overrides, commands=commands)
    except SettingsError as problem:
        if not commands or not command_errors.is_choosing_command():
            raise
        app = Flask("crm", root_path=str(ROOT))
        _add_commands(app)
        command_errors.refuse_commands(app, problem)
        return app


def _build_app(overrides: dict[str, Any], *, commands: bool) -> Flask:
    settings = make_settings(overrides)
    assert tables.TABLES  # noqa: S101 - imported for its side effects
    assert statistics.TO_ANALYZE  # noqa: S101 - imported for its side effects
    assert send.send_mail.__name__ in JOBS  # noqa: S101 - imported for its side effects, also in `make run`
    release = assets.release()
    app = Flask(
        "crm",
        root_path=str(ROOT),
        template_folder="templates",
        static_folder="static",
        static_url_path=f"/static/{release}",
    )
    app.jinja_environment = templating.Templates
    app.config.from_mapping(assets.flask_settings(settings), **overrides)
    for models in ("policy", "models"):
        load_modules(models)
    logs.init_logs(app)
    logs.warn_of_unknown_settings(list_unknown_settings(os.environ))
    base.init_db(app)
    translations.init_i18n(app)
    init_demo_guard(app)
    compression.init_compression(app)
    edge.init_edge(app)
    health.init_health(app)
    init_security(app)
    app.before_request(blueprint.guard)
    formats.register(app)
    for views in load_modules("views"):
        app.register_blueprint(views.bp)
    for kind in ("jobs", "mails"):
        load_modules(kind)
    layout.init_pages(app)
    if commands:
        _add_commands(app)
        command_errors.explain_errors(app)
    assets.init_assets(app, release)
    blueprint.check_rights(app)
    if commands:
        spare_program_from_gc()
    return app


def _add_commands(app: Flask) -> None:
    import_module("crm.core.ops.cli").init_cli(app)
    for module in load_modules("cli"):
        module.register(app)
