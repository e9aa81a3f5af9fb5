"""The page of tags, and their renaming, merging and removal."""

from __future__ import annotations

from flask import g, url_for
from werkzeug.wrappers import Response

from crm.bulk.forms import TagMergeForm, TagNameForm
from crm.core.web.blueprint import flash_success, render
from crm.core.web.commands import Command, add_command
from crm.core.web.form_flow import go_to, save_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _l, ngettext
from crm.records.services import merge_tag, remove_tag, rename_tag
from crm.records.tag_queries import TAGGED_KINDS, count_tagged, count_tags, load_tag

from .bp import bp

add_command(Command("bulk.tags", _l("Tags"), "tag"))


@bp.app_context_processor
def _tag_links() -> dict[str, object]:
    return {"tag_url": lambda kind, name: url_for(TAGGED_KINDS[kind], tag=name) if kind in TAGGED_KINDS else ""}


@bp.route("/tags/", may="tag:see")
def tags() -> Response:
    """List the tags in use, with links to the records that have them."""
    return render("bulk/tags.html", tags=count_tags(g.actor))


@bp.route("/tags/<int:id>", may="tag:manage", methods=["GET", "POST"])
def tag(id: int) -> Response:
    """Rename a tag."""
    row = load_tag(g.actor, id)
    form = TagNameForm(obj=row)
    then = go_to("bulk.tags")
    return save_form(form, lambda: rename_tag(g.actor, row, form.name.data or ""), then, "bulk/tag.html", tag=row)


@bp.route("/tags/<int:id>/merge", may="tag:manage", methods=["GET", "POST"])
def tag_merge(id: int) -> Response:
    """Replace a tag by another one in all records."""
    row = load_tag(g.actor, id)
    choices = {tag.id: tag.name for tag in count_tags(g.actor) if tag.id != id}
    form = TagMergeForm(tags=list(choices.items()))

    def merge() -> int:
        count = count_tagged(g.actor, row)
        merge_tag(row, load_tag(g.actor, form.target_id.data))
        return count

    return save_form(form, merge, _confirm_merge, "bulk/tag_merge.html", tag=row)


def _confirm_merge(count: int) -> Response:
    flash_success(ngettext("Tag merged in %(num)s record.", "Tag merged in %(num)s records.", count))
    return redirect_to("bulk.tags")


@bp.route("/tags/<int:id>/remove", may="tag:manage", methods=["POST"])
def tag_remove(id: int) -> Response:
    row = load_tag(g.actor, id)
    count = count_tagged(g.actor, row)
    remove_tag(row)
    flash_success(ngettext("Tag removed from %(num)s record.", "Tag removed from %(num)s records.", count))
    return redirect_to("bulk.tags")
