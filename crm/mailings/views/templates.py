"""Email templates."""

from __future__ import annotations

from flask import g, url_for
from werkzeug.wrappers import Response

from crm.core.web import layout
from crm.core.web.blueprint import flash_success, render
from crm.core.web.commands import Command, add_command
from crm.core.web.form_flow import go_to, save_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _, _l
from crm.mailings import queries, services
from crm.mailings.forms import FIELD_NAMES, EmailTemplateForm, flatten
from crm.mailings.models import EmailTemplate
from crm.mailings.policy import may_edit_template

from .bp import bp

add_command(Command("mailings.templates", _l("Email templates"), "mail", _l("template of an email")))
layout.add_new_entry("mailings.template_new", _l("Email template"), "mail", 96, _l("New email template"))


@bp.route("/mailings/templates/", may="email_template:use")
def templates() -> Response:
    """List the templates that the user may use."""
    return render("mailings/templates.html", rows=queries.list_templates(g.actor))


@bp.route("/mailings/templates/new", may="email_template:use", methods=["GET", "POST"])
def template_new() -> Response:
    form = EmailTemplateForm()

    def save() -> EmailTemplate:
        values = {"name": form.name.data, "is_shared": form.is_shared.data}
        return services.save_template(g.actor, EmailTemplate(uid=form.uid.data), values, form.texts())

    then = go_to("mailings.templates", _("Template saved."))
    return save_form(form, save, then, "mailings/template_form.html", row=None, fields=FIELD_NAMES, texts={})


@bp.route("/mailings/templates/<int:id>", may="email_template:use", methods=["GET", "POST"])
def template(id: int) -> Response:
    """Show a template; who may edit it, edits it here."""
    row = queries.get_template(g.actor, id)
    texts = queries.load_texts(id)
    if not may_edit_template(g.actor, row.user_id, row.team_id):
        return render("mailings/template.html", row=row, texts=texts)
    form = EmailTemplateForm(obj=row, data={"is_shared": row.team_id is not None} | flatten(texts))

    def save() -> EmailTemplate:
        values = {"name": form.name.data, "is_shared": form.is_shared.data}
        return services.save_template(g.actor, row, values, form.texts())

    then = go_to("mailings.templates", _("Template saved."))
    context = {"row": row, "fields": FIELD_NAMES, "texts": texts}
    return save_form(form, save, then, "mailings/template_form.html", **context)


@bp.route("/mailings/templates/<int:id>/archive", may="email_template:use", methods=["POST"])
def template_archive(id: int) -> Response:
    row = queries.get_template(g.actor, id, to_edit=True)
    services.archive_template(row, archived=True)
    undo = url_for("mailings.template_restore", id=id)
    flash_success(_("%(name)s was archived.", name=row.name), undo_url=undo)
    return redirect_to("mailings.templates")


@bp.route("/mailings/templates/<int:id>/restore", may="email_template:use", methods=["POST"])
def template_restore(id: int) -> Response:
    """Restore an archived template."""
    row = queries.get_template(g.actor, id, to_edit=True, with_archived=True)
    services.archive_template(row, archived=False)
    flash_success(_("%(name)s was restored.", name=row.name))
    return redirect_to("mailings.templates")
