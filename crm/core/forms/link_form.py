"""The form of a page that a link in an email opens, for people who don't sign in."""

from __future__ import annotations

from crm.core.forms.forms import Form


class LinkForm(Form):
    """Base class of the forms that outsiders open by a link.

    The link is the authority, so they need no token of a session; browsers that keep no cookies can submit them.
    """

    class Meta(Form.Meta):
        """Without a token."""

        csrf = False
