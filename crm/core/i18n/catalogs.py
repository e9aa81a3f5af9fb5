"""Translation catalogs: .po files are in the repository, the .mo files are built from them when needed."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config import ROOT

FOLDER = ROOT / "translations"


def build(folder: Path = FOLDER) -> list[Path]:
    """Build the .mo of each .po that is newer than it; return those built. Safe in several processes at once."""
    built = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as text:
            catalog = read_po(text, locale=source.parts[-3])
        with NamedTemporaryFile(dir=source.parent, suffix=".new", delete=False) as draft:
            write_mo(draft, catalog)
        os.replace(draft.name, target)  # noqa: PTH105 - the name is a str
        target.chmod(0o644)
        built.append(target)
    return built
