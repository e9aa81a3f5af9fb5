"""Everything that a user may see as one file: request it, and download it when the job has written it."""

from __future__ import annotations

from flask import g, request, send_file
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import db
from crm.core.web.blueprint import flash_error, render
from crm.core.web.commands import Command, add_command
from crm.core.web.files import folder
from crm.core.web.redirects import redirect_to
from crm.core.words import _, _l
from crm.imports import services
from crm.imports.models import ExportArchive
from crm.imports.policy import ARCHIVE_DAYS, ArchiveState
from crm.imports.services.archives import FILES
from crm.records.recent_actions import have_rights_changed_since

from . import REFRESH_SECONDS, bp

add_command(Command("imports.archive", _l("Export everything"), "download", _l("ZIP backup")))


@bp.route("/archive", may="import:make", fresh=True, methods=["GET", "POST"])
def archive() -> Response:
    """Show the archive of the user, or request a new one."""
    if request.method == "POST":
        services.request_archive(g.actor)
        return redirect_to("imports.archive")
    row = db.session.get(ExportArchive, g.actor.id)
    state = ArchiveState.from_code(row.state) if row else None
    seconds = REFRESH_SECONDS if state in (ArchiveState.waiting, ArchiveState.writing) else None
    return render("imports/archive.html", archive=row, state=state, days=ARCHIVE_DAYS, refresh_seconds=seconds)


@bp.route("/archive/file", may="import:make", fresh=True)
def archive_file() -> Response:
    """Download the archive of the user; without one, show the page where it is requested.

    It is closed once the user's role, teams or permissions have changed: it has what the user may no longer see.
    """
    row = db.session.get(ExportArchive, g.actor.id)
    if row is not None and row.stored_as and have_rights_changed_since(g.actor, row.at):
        flash_error(_("Your role, teams or permissions have changed since this file was created. Create a new one."))
        return redirect_to("imports.archive")
    path = folder(FILES) / row.stored_as if row and row.stored_as else None
    if row is None or path is None or not path.is_file():
        return redirect_to("imports.archive")
    answer = send_file(path, as_attachment=True, download_name=f"causeway-{clock.today(g.actor.zone):%Y-%m-%d}.zip")
    answer.headers["Cache-Control"] = "no-store"
    return answer
