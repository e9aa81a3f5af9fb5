"""Links that let somebody choose a password: signed, expiring, good for one use, built from CRM_BASE_URL."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_security.utils import check_and_get_token_status

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.errors import NotFound
from crm.core.mail.messages import link_to

from .policy import INVITED_WITHIN, RESET_WITHIN


class Purpose(Enum):
    """What a link is for: endpoint, the library's signer, how long it is good."""

    reset = "accounts.reset", "reset", RESET_WITHIN
    invitation = "accounts.invitation", "confirm", INVITED_WITHIN

    def __init__(self, endpoint: str, signer: str, within: timedelta) -> None:
        self.endpoint = endpoint
        self.signer = signer
        self.within = within


def link_for(purpose: Purpose, user: User) -> str:
    """The full address for a mail; outside of requests too. It dies when the user's `fs_uniquifier` changes."""
    signer: Any = getattr(current_app.extensions["security"], f"{purpose.signer}_serializer")
    token = signer.dumps([user.fs_uniquifier])
    # Bound to a name that no link shows: `build` then gives the path alone, whatever host a request came to.
    return link_to(current_app.url_map.bind("localhost").build(purpose.endpoint, {"token": token}))


def user_of_link(purpose: Purpose, token: str) -> User:
    """Whose link it is. Raises NotFound for one that is wrong, too old, used, or of a disabled user."""
    expired, invalid, data = check_and_get_token_status(token, purpose.signer, purpose.within)
    if expired or invalid or not isinstance(data, list) or len(data) != 1:
        raise NotFound
    found = db.session.scalar(sa.select(User).where(User.fs_uniquifier == str(data[0]), User.active))
    if found is None:
        raise NotFound
    return found
