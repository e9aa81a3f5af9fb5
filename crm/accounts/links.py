"""Links for choosing a password: signed, expiring, for one use, built from CRM_BASE_URL."""

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

from .policy import INVITATION_LIFETIME, RESET_LINK_LIFETIME


class LinkPurpose(Enum):
    """The purpose of a link, with its endpoint, the library's signer and its lifetime."""

    reset = "accounts.reset", "reset", RESET_LINK_LIFETIME
    invitation = "accounts.invitation", "confirm", INVITATION_LIFETIME

    def __init__(self, endpoint: str, signer: str, within: timedelta) -> None:
        self.endpoint = endpoint
        self.signer = signer
        self.within = within


def build_link(purpose: LinkPurpose, user: User) -> str:
    """Return the full URL for an email, also outside of requests. A new `fs_uniquifier` of the user ends it."""
    signer: Any = getattr(current_app.extensions["security"], f"{purpose.signer}_serializer")
    token = signer.dumps([user.fs_uniquifier])
    # Bound to a fixed host so that `build` returns only the path, whatever host the request was sent to.
    return link_to(current_app.url_map.bind("localhost").build(purpose.endpoint, {"token": token}))


def load_link_user(purpose: LinkPurpose, token: str) -> User:
    """Return the user of a link. Raises NotFound if it is invalid, expired or used, or the user is deactivated."""
    expired, invalid, data = check_and_get_token_status(token, purpose.signer, purpose.within)
    if expired or invalid or not isinstance(data, list) or len(data) != 1:
        raise NotFound
    user = db.session.scalar(sa.select(User).where(User.fs_uniquifier == str(data[0]), User.active))
    if user is None:
        raise NotFound
    return user
