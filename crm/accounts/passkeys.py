"""Passkeys (WebAuthn): what browsers are asked for, and whether what they answer is true."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

import structlog
import webauthn
from flask import current_app, request
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from crm.core.data.identity import User

from .models import Passkey

log = structlog.get_logger()


class PasskeyRequest(NamedTuple):
    """What the browser's script gets, as JSON, and the challenge in it."""

    options: str
    challenge: str


class NewPasskey(NamedTuple):
    """A passkey that was just made."""

    credential_id: str
    public_key: bytes
    sign_count: int


def origin() -> str:
    """Return the origin passkeys belong to: that of CRM_BASE_URL; on this computer alone, the one in the address."""
    base = urlsplit(str(current_app.config["CRM_BASE_URL"]))
    return (
        f"{request.scheme}://{request.host}" if _is_address(base.hostname or "") else f"{base.scheme}://{base.netloc}"
    )


def host() -> str:
    """Return the host name that passkeys are bound to."""
    return urlsplit(origin()).hostname or ""


def are_possible() -> bool:
    """Whether browsers take passkeys here: they want a name, no bare network address."""
    return not _is_address(host())


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def ask_to_make(user: User, existing: Sequence[Passkey]) -> PasskeyRequest:
    """Ask a browser for a new passkey of this user; one device makes one."""
    options = webauthn.generate_registration_options(
        rp_id=host(),
        rp_name=str(current_app.config["CRM_CENTER_NAME"]),
        user_id=user.uid.encode(),
        user_name=user.email,
        user_display_name=user.name,
        exclude_credentials=_named(existing),
    )
    return PasskeyRequest(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def ask_to_sign(existing: Sequence[Passkey]) -> PasskeyRequest:
    """Ask a browser to sign with one of these passkeys."""
    options = webauthn.generate_authentication_options(rp_id=host(), allow_credentials=_named(existing))
    return PasskeyRequest(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def _named(existing: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential_id)) for row in existing]


def verify_registration(answer: str, challenge: str) -> NewPasskey | None:
    """Return the passkey in a browser's answer; None when it isn't an answer to this challenge."""
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=host(),
            expected_origin=origin(),
        )
    except Exception as error:  # noqa: BLE001 - anything may be in it, and the library's parsers raise what they like
        log.warning("passkey_refused", error=type(error).__name__)
        return None
    return NewPasskey(bytes_to_base64url(found.credential_id), found.credential_public_key, found.sign_count)


def signed(answer: str, challenge: str, existing: Sequence[Passkey]) -> tuple[Passkey, int] | None:
    """Return which of these passkeys signed this challenge, and its new count; None for none of them."""
    try:
        named = str(json.loads(answer)["id"])
        row = next(row for row in existing if row.credential_id == named)
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=host(),
            expected_origin=origin(),
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
        )
    except Exception as error:  # noqa: BLE001 - as above
        log.warning("passkey_refused", error=type(error).__name__)
        return None
    return row, found.new_sign_count
