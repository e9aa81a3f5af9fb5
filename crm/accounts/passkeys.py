"""Passkeys (WebAuthn): requests to browsers, and verification of their answers."""

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
    """The options for the browser's script as JSON, and the challenge in them, base64url."""

    options: str
    challenge: str


class NewPasskey(NamedTuple):
    """A passkey that the browser has just created."""

    credential_id: str
    public_key: bytes
    sign_count: int


def origin() -> str:
    """Return the origin of passkeys: that of CRM_BASE_URL, or of the request if CRM_BASE_URL has an IP address."""
    base = urlsplit(str(current_app.config["CRM_BASE_URL"]))
    return (
        f"{request.scheme}://{request.host}" if _is_address(base.hostname or "") else f"{base.scheme}://{base.netloc}"
    )


def host() -> str:
    """Return the host name that passkeys are bound to."""
    return urlsplit(origin()).hostname or ""


def is_available() -> bool:
    """Return whether passkeys can be used: browsers require a host name instead of an IP address."""
    return not _is_address(host())


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def registration_request(user: User, existing: Sequence[Passkey]) -> PasskeyRequest:
    """Return the request for a new passkey of this user; a device with one of `existing` refuses."""
    options = webauthn.generate_registration_options(
        rp_id=host(),
        rp_name=str(current_app.config["CRM_CENTER_NAME"]),
        user_id=user.uid.encode(),
        user_name=user.email,
        user_display_name=user.name,
        exclude_credentials=_descriptors(existing),
    )
    return PasskeyRequest(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def authentication_request(existing: Sequence[Passkey]) -> PasskeyRequest:
    """Return the request to sign with one of these passkeys."""
    options = webauthn.generate_authentication_options(rp_id=host(), allow_credentials=_descriptors(existing))
    return PasskeyRequest(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def _descriptors(existing: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential_id)) for row in existing]


def verify_registration(answer: str, challenge: str) -> NewPasskey | None:
    """Return the passkey in a browser's answer; None if it doesn't answer this challenge."""
    try:
        verified = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=host(),
            expected_origin=origin(),
        )
    except Exception as error:  # noqa: BLE001 - the answer may contain anything, and the library raises many types
        log.warning("passkey_refused", error=type(error).__name__)
        return None
    return NewPasskey(bytes_to_base64url(verified.credential_id), verified.credential_public_key, verified.sign_count)


def verify_authentication(answer: str, challenge: str, existing: Sequence[Passkey]) -> tuple[Passkey, int] | None:
    """Return the passkey that signed this challenge and its new sign count; None if none of them did."""
    try:
        credential_id = str(json.loads(answer)["id"])
        row = next(row for row in existing if row.credential_id == credential_id)
        verified = webauthn.verify_authentication_response(
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
    return row, verified.new_sign_count
