"""PDF files from typst templates: typst reads the data as JSON, so texts are never taken for markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import typst
from flask import Response, current_app

from crm.core.forms.choice_sources import current_language

CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Noto Sans Hans",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "SimSun",
)
"""Font families with Latin letters and Chinese characters, the best ones first."""


@cache
def find_font(folder: str) -> str | None:
    """Return the first of CHINESE_FONTS among the fonts of the system and of a folder; None without one."""
    families = set(typst.Fonts(font_paths=_paths(folder)).families())
    return next((family for family in CHINESE_FONTS if family in families), None)


def has_chinese_font() -> bool:
    """Return whether PDF files can show Chinese characters."""
    return find_font(current_app.config["CRM_FONT_DIR"]) is not None


def can_write_pdf() -> bool:
    """Return whether PDF files can show the texts of the reader's language."""
    return not current_language().startswith("zh") or has_chinese_font()


def build_pdf(package: str, template: str, data: Mapping[str, Any]) -> bytes:
    """Return the PDF of data/TEMPLATE.typ of a package. The template reads `json(bytes(sys.inputs.data))`.

    `font` is added to the data: the font for Chinese characters, which is the first of CHINESE_FONTS if there is none.
    """
    folder = current_app.config["CRM_FONT_DIR"]
    source = resources.files(package).joinpath(f"data/{template}.typ").read_bytes()
    inputs = {"data": json.dumps(dict(data) | {"font": find_font(folder) or CHINESE_FONTS[0]}, ensure_ascii=False)}
    pdf: bytes = typst.compile(source, font_paths=_paths(folder), sys_inputs=inputs)  # type: ignore[misc]
    return pdf


def send_pdf(pdf: bytes, name: str) -> Response:
    """Return a PDF as a download with a file name; characters that file names can't have are left out."""
    response = Response(pdf, mimetype="application/pdf")
    safe = "".join(char for char in name if char.isalnum() or char in " -_.,()").strip() or "file"
    response.headers.set("Content-Disposition", "attachment", filename=f"{safe}.pdf")
    return response


def _paths(folder: str) -> list[str]:
    return [folder] if folder else []
