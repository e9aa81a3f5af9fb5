"""Panels that any record may have: contact details and files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import url_for

from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.mail.outbox.bounces import list_bounces
from crm.core.policy import Actor, can
from crm.core.web.panels import Fact, Facts, PanelRow, Span, Text
from crm.core.words import _
from crm.records.opt_outs import find_opt_outs
from crm.records.policy import ContactMedium
from crm.records.queries import FileRow, PointRow


@dataclass(frozen=True)
class Files:
    """The files of a record, and where more are uploaded; without `upload_url` the reader may not add any."""

    rows: tuple[PanelRow, ...]
    upload_url: str
    shape: ClassVar[str] = "files"


def build_files(actor: Actor, record: Record, files: Sequence[FileRow]) -> Files | None:
    """Return the files of a record with their size, age and who added them; None without files if none may be added."""
    may_attach = record.archived_at is None and can(actor, "record:attach", record)
    if not files and not may_attach:
        return None
    return Files(
        rows=tuple(
            PanelRow(
                title=Span(file.name, url=url_for("records.file", id=file.id), css="link"),
                trailing=(Span(_file_facts(file), css="dim"),),
            )
            for file in files
        ),
        upload_url=url_for("records.attach", id=record.id) if may_attach else "",
    )


def _file_facts(file: FileRow) -> str:
    return ", ".join(part for part in (formats.filesize(file.size), formats.ago(file.at), file.by) if part)


def build_contact_points(points: Sequence[PointRow], edit_url: str) -> Facts:
    """Return email addresses, phone numbers and WeChat names, as links where a program can open them."""
    addresses = [point.value or point.raw for point in points if point.medium is ContactMedium.email]
    bounces = list_bounces(addresses) if addresses else {}
    opt_outs = find_opt_outs(addresses)
    return Facts(
        title=_("Contact details"),
        pairs=tuple(
            Fact(
                _point_label(point),
                _point_value(point),
                trailing=_remarks(point, bounces, opt_outs),
                copy_text=point.raw if point.medium is ContactMedium.wechat else point.value or point.raw,
            )
            for point in points
        ),
        edit_url=edit_url,
        edit_about=_("contact details"),
    )


def _point_label(point: PointRow) -> Text:
    if point.medium is ContactMedium.wechat:
        return _("WeChat")
    if point.medium is ContactMedium.email:
        return _("Email (%(kind)s)", kind=formats.within(point.label))
    return point.label


def _point_value(point: PointRow) -> Span:
    address = point.value or point.raw
    if point.medium is ContactMedium.email:
        return Span(formats.breakable_address(point.raw), url=f"mailto:{address}", css="link")
    if point.medium is ContactMedium.phone:
        return Span(formats.phone(address), url=f"tel:{address}", css="link")
    return Span(point.raw)


def _remarks(point: PointRow, bounces: Mapping[str, str], opt_outs: Collection[str]) -> tuple[Span, ...]:
    """Return the extension of a phone number, and why an address gets no email: opted out, or email is returned."""
    if point.medium is ContactMedium.email and (point.value or point.raw).lower() in opt_outs:
        return (Span(_("do not email"), css="late"),)
    if point.medium is ContactMedium.email and (point.value or point.raw).lower() in bounces:
        return (Span(_("email bounces"), css="late"),)
    if point.medium is ContactMedium.phone and point.extension:
        return (Span(_("ext. %(n)s", n=point.extension), css="faint"),)
    return ()
