"""The backup file: a tar.gz of a manifest, the attachments and the rows of each table, each with its SHA-256."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
FILES = ("attachments", "imports")
"""Folders of the data directory with uploaded files."""
MEMBER = re.compile(rf"(tables/[a-z0-9_]{{1,63}}\.jsonl|({'|'.join(FILES)})/[0-9a-f]{{40}})")
PIECE = 1024 * 1024
LARGEST_MANIFEST = 512 * PIECE


class BadBackup(ValueError):
    """The file is not a backup, or it is damaged; the message says where."""


@dataclass(frozen=True)
class Manifest:
    """The contents of a backup: member -> SHA-256, table -> number of rows."""

    revision: str
    made_at: str
    engine: str
    rows: dict[str, int] = field(default_factory=dict)
    sha256: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


def digest_of(source: IO[bytes]) -> str:
    """Return the SHA-256 of the rest of a stream."""
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


@contextmanager
def atomic_file(target: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name only when it is complete on disk; only its owner can read it."""
    draft = target.with_name(f"{target.name}.part")
    draft.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def pack(target: Path, manifest: Manifest, members: dict[str, Path]) -> None:
    """Write the backup. The manifest is first, then the members in the given order."""
    content = json.dumps(asdict(manifest), indent=1).encode()
    with atomic_file(target) as out, tarfile.open(fileobj=out, mode="w:gz", compresslevel=4) as tar:
        head = tarfile.TarInfo(MANIFEST)
        head.size = len(content)
        tar.addfile(head, io.BytesIO(content))
        for name, path in members.items():
            info = tarfile.TarInfo(name)
            with path.open("rb") as source:
                info.size = os.fstat(source.fileno()).st_size
                tar.addfile(info, source)


def members_of(source: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the members in order, the manifest first. Raises BadBackup for members that `pack` never writes."""
    try:
        with tarfile.open(source, mode="r:gz") as tar:
            for info in tar:
                content = tar.extractfile(info) if info.isreg() else None
                if content is None or not (info.name == MANIFEST or MEMBER.fullmatch(info.name)):
                    raise BadBackup(f"{source}: {info.name!r} doesn't belong in a backup.")
                yield info.name, content
    except (tarfile.TarError, EOFError, OSError) as problem:
        if isinstance(problem, FileNotFoundError):
            raise BadBackup(f"{source}: this file doesn't exist.") from None
        raise _unreadable(source, problem) from problem


def _unreadable(source: Path, problem: Exception) -> BadBackup:
    return BadBackup(f"{source} can't be read completely: {problem}. Copy it again, or restore another backup.")


def manifest_of(source: Path) -> Manifest:
    """Read the first member. Raises BadBackup if it isn't a manifest or has a later format."""
    for name, content in members_of(source):
        if name != MANIFEST:
            break
        try:
            values: dict[str, Any] = json.loads(content.read(LARGEST_MANIFEST))
            if values.get("format") != FORMAT:
                raise BadBackup(f"{source} was made by another release (format {values.get('format')}).")
            return Manifest(**values)
        except (TypeError, AttributeError, json.JSONDecodeError) as problem:
            raise BadBackup(f"{source}: its manifest can't be read.") from problem
    raise BadBackup(f"{source} has no manifest: it isn't a backup of Causeway.")


def verify(source: Path) -> Manifest:
    """Read everything and compare the digests. Raises BadBackup for a missing, unknown or changed member."""
    manifest = manifest_of(source)
    try:
        digests = {name: digest_of(content) for name, content in members_of(source) if name != MANIFEST}
    except (tarfile.TarError, EOFError, OSError) as problem:
        raise _unreadable(source, problem) from problem
    for name in sorted(digests.keys() | manifest.sha256.keys()):
        if digests.get(name) != manifest.sha256.get(name):
            raise BadBackup(f"{source}: {name} is damaged. Copy the file again, or restore another backup.")
    return manifest
