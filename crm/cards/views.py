"""A business card: its photo becomes the form of a new person, filled in."""

from __future__ import annotations

from flask import current_app, g, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from crm.core.errors import Invalid
from crm.core.web import layout
from crm.core.web.blueprint import Feature, render, show_form
from crm.core.web.files import MEGABYTE, media_type_of
from crm.core.web.images import FORMATS, reencode_image
from crm.core.web.redirects import redirect_url
from crm.core.words import _, _l

from . import reading
from .candidates import find_candidates
from .forms import CardForm
from .proposal import build_params

bp = Feature("cards", __name__, url_prefix="/people")
if reading.is_installed():
    layout.add_new_entry("cards.read", _l("Business card"), "camera", 22, _l("New person from a business card"))


@bp.route("/card", may="person:make", reads=True, methods=["GET", "POST"])
def read() -> Response:
    """Read a photo of a business card, and open the form of a new person with what it says."""
    form = CardForm()
    if not reading.is_installed():
        return render("cards/read.html", form=form, is_installed=False)
    if form.validate_on_submit():
        try:
            person = reading.read_photo(_image(form.photo.data))
            new_url = url_for("people.new", **build_params(g.actor, person), card=1)
            candidates = find_candidates(g.actor, person)
            if not candidates:
                return redirect_url(new_url)
            return render("cards/candidates.html", person=person, candidates=candidates, new_url=new_url)
        except Invalid as problem:
            form.refuse(problem.message, problem.field)
    return show_form(form, "cards/read.html", is_installed=True)


def _image(upload: FileStorage | None) -> bytes:
    """Return the uploaded image, encoded again. Raises Invalid on `photo`."""
    data = (
        upload.stream.read(current_app.config["CRM_UPLOAD_MB"] * MEGABYTE) if isinstance(upload, FileStorage) else b""
    )
    media_type = media_type_of(data[:512], "")
    if media_type not in FORMATS:
        raise Invalid(_("Choose a photo (JPEG, PNG or WebP)."), "photo")
    return reencode_image(data, media_type, "photo")
