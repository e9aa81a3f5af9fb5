"""Translation catalogs: .po files are in the repository, the .mo files are built from them when needed."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from config import ROOT

FOLDER = ROOT / "translations"
SIMPLIFIED, TRADITIONAL = "zh_Hans", "zh_Hant"
"""The catalog in traditional characters is converted from that in simplified ones, with the words of Taiwan."""
_MISTAKEN = {
    "質量": "品質",
}
"""What the conversion writes, and what Taiwan writes."""


def build(folder: Path = FOLDER) -> list[Path]:
    """Build the .mo files that are missing or older than their .po; return those built. Safe in several processes."""
    built = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        language = source.parts[-3]
        languages = (SIMPLIFIED, TRADITIONAL) if language == SIMPLIFIED else (language,)
        for each in languages:
            target = folder / each / "LC_MESSAGES" / f"{source.stem}.mo"
            if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
                continue
            with source.open("rb") as text:
                catalog = read_po(text, locale=language)
            _write(catalog if each == language else to_traditional(catalog), target)
            built.append(target)
    return built


def list_translations(folder: Path = FOLDER) -> list[tuple[str, str]]:
    """Return each text without a plural and its translation, in each language that is built."""
    pairs = []
    for path in sorted(folder.glob("*/LC_MESSAGES/*.mo")):
        with path.open("rb") as file:
            catalog = read_mo(file)
        pairs += [(m.id, m.string) for m in catalog if m.id and isinstance(m.id, str) and isinstance(m.string, str)]
    return pairs


def to_traditional(catalog: Catalog) -> Catalog:
    """Return a catalog in simplified characters with its translations in traditional ones."""
    # The phrases of the library take 26 MB, which only the process needs that builds the catalog.
    from opencc import OpenCC  # noqa: PLC0415

    converter = OpenCC("s2twp")
    converted = Catalog(locale=TRADITIONAL)
    for message in catalog:
        # Chinese has one form for all numbers.
        text = message.string[0] if isinstance(message.string, list | tuple) else message.string
        if message.id and text:
            traditional = str(converter.convert(text))
            for mistaken, correct in _MISTAKEN.items():
                traditional = traditional.replace(mistaken, correct)
            translation = (traditional,) if message.pluralizable else traditional
            converted.add(message.id, translation, context=message.context)
    return converted


def _write(catalog: Catalog, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, suffix=".new", delete=False) as draft:
        write_mo(draft, catalog)
    os.replace(draft.name, target)  # noqa: PTH105 - the name is a str
    target.chmod(0o644)
