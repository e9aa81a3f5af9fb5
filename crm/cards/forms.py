"""The form for a photo of a business card."""

from __future__ import annotations

import wtforms as w

from crm.core.forms.forms import Form
from crm.core.words import _l


class CardForm(Form):
    """The upload of a photo of a business card or of its QR code."""

    photo = w.FileField(
        _l("Photo"),
        # Without `capture`, phones offer the camera and the photos, such as a card that came by WeChat.
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
        description=_l("A business card or its QR code, upright and filling the picture. The photo isn't stored."),
    )
