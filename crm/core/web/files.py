"""Uploaded files: which types are accepted, their names, and how they are sent back."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from flask import Response, current_app, send_file
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction
from werkzeug.datastructures import FileStorage

from crm.core.data.base import db
from crm.core.errors import Invalid, NotFound
from crm.core.web.images import FORMATS, reencode_image
from crm.core.words import _

MEGABYTE = 1024 * 1024
NEW_FILES = "new files"
"""The key in `session.info` for files that were written in the current transaction."""
# The first bytes decide the type, not the name. Pictures, PDF and text are shown in the browser; all others are only
# downloaded.
SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"%PDF-", "application/pdf", "pdf"),
    (b"PK\x03\x04", "application/zip", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage", "doc"),
)
OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
# A PDF is downloaded: browsers don't show one in a sandbox.
INLINE = frozenset({"image/jpeg", "image/png", "image/webp", "text/plain"})
# Refused whatever they contain: these run when opened from a download folder.
REFUSED_ENDINGS = frozenset(
    {
        "apk",
        "app",
        "application",
        "appref-ms",
        "appx",
        "appxbundle",
        "bash",
        "bat",
        "chm",
        "cmd",
        "com",
        "command",
        "cpl",
        "csh",
        "desktop",
        "dqy",
        "exe",
        "gadget",
        "hta",
        "htm",
        "html",
        "inf",
        "ins",
        "iqy",
        "isp",
        "jar",
        "jnlp",
        "js",
        "jse",
        "ksh",
        "library-ms",
        "lnk",
        "mht",
        "mhtml",
        "msc",
        "msi",
        "msix",
        "msixbundle",
        "oqy",
        "pif",
        "ppam",
        "ps1",
        "ps1xml",
        "psd1",
        "psm1",
        "py",
        "pyw",
        "pyz",
        "pyzw",
        "rdp",
        "reg",
        "rqy",
        "scf",
        "scr",
        "sct",
        "search-ms",
        "settingcontent-ms",
        "sh",
        "slk",
        "svg",
        "svgz",
        "tool",
        "udl",
        "url",
        "vb",
        "vbe",
        "vbs",
        "website",
        "ws",
        "wsc",
        "wsf",
        "wsh",
        "xht",
        "xhtml",
        "xlam",
        "xll",
        "xml",
        "xpi",
        "zsh",
    }
)
OLE_ENDINGS = frozenset({"doc", "xls", "ppt", "msg", "wps", "et", "dps", "vsd"})
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\u2066-\u2069]")
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


class StoredFile(NamedTuple):
    """A stored file."""

    name: str
    media_type: str
    size: int
    sha256: str
    stored_as: str


def folder(kind: str) -> Path:
    """Return the folder of a kind of file in the data directory; created if missing, for the owner only."""
    path = Path(current_app.config["CRM_DATA_DIR"]) / kind
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def media_type_of(head: bytes, name: str, *, any_kind: bool = False) -> str | None:
    """Return the type that the first bytes show.

    None for types that are refused, such as anything that may be a web page.
    """
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if ending in REFUSED_ENDINGS and not any_kind:
        return None
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    for start, media_type, _ending in SIGNATURES:
        if head.startswith(start):
            if media_type == "application/zip":
                return OFFICE.get(ending, media_type)
            if media_type != "application/x-ole-storage" or ending in OLE_ENDINGS:
                return media_type
    if any_kind:
        return "application/octet-stream"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return None if _BINARY.search(text) or text.startswith(b"<") else "text/plain"


def clean_name(name: str) -> str:
    """Return a file's name without folders, control characters and bidirectional marks; never empty."""
    last = CONTROL.sub("", name).replace("\\", "/").rsplit("/", 1)[-1].strip(" .")
    return last[-200:] or "file"


def store_upload(upload: FileStorage, field: str) -> StoredFile:
    """Store an upload under a random name. Raises Invalid on `field` for an empty, too large or unknown file."""
    name = clean_name(upload.filename or "")
    data = upload.stream.read(current_app.config["CRM_UPLOAD_MB"] * MEGABYTE + 1)
    return store_bytes(data, name, field)


def store_bytes(data: bytes, name: str, field: str, kind: str = "attachments", *, any_kind: bool = False) -> StoredFile:
    """Store bytes as `store_upload` does; `any_kind` is for files that a parser has accepted; they are only downloaded.

    Images are re-encoded, without EXIF data.

    The file is deleted if the transaction is rolled back.
    """
    limit = current_app.config["CRM_UPLOAD_MB"]
    if not data:
        raise Invalid(_("Choose another file. This one is empty."), field)
    if len(data) > limit * MEGABYTE:
        raise Invalid(_("Choose a smaller file. The limit is %(mb)d MB.", mb=limit), field)
    media_type = media_type_of(data[:512], name, any_kind=any_kind)
    if media_type is None:
        raise Invalid(
            _("Choose a JPEG, PNG or WebP image, PDF, Office or plain text file. Other types aren't supported."), field
        )
    if media_type in FORMATS and not any_kind:
        data = reencode_image(data, media_type, field)
    stored = secrets.token_hex(20)
    path = folder(kind) / stored
    db.session().info.setdefault(NEW_FILES, []).append(path)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    return StoredFile(name, media_type, len(data), hashlib.sha256(data).hexdigest(), stored)


@event.listens_for(Session, "before_commit")
def _keep_committed_files(session: Session) -> None:
    # A commit may succeed and still raise: an extra file is better than a row whose file is gone.
    if not session.in_nested_transaction():
        session.info.pop(NEW_FILES, None)


@event.listens_for(Session, "after_transaction_end")
def _delete_rolled_back_files(session: Session, transaction: SessionTransaction) -> None:
    """Delete the files of a transaction that was not committed: no row refers to them."""
    if transaction.parent is None:
        for path in session.info.pop(NEW_FILES, ()):
            path.unlink(missing_ok=True)


def stored_bytes(stored_as: str, kind: str = "attachments") -> bytes:
    """Return the stored bytes. Raises NotFound when the file is gone."""
    path = folder(kind) / Path(stored_as).name
    if not path.is_file():
        raise NotFound
    return path.read_bytes()


def send_stored_file(stored: StoredFile) -> Response:
    """Send a stored file: displayed if that is safe, otherwise as a download."""
    path = folder("attachments") / Path(stored.stored_as).name
    if not path.is_file():
        raise NotFound(_("This file is no longer available."))
    inline = stored.media_type in INLINE
    response = send_file(path, mimetype=stored.media_type if inline else "application/octet-stream", conditional=False)
    disposition = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(stored.name)}"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
