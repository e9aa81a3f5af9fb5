"""Copies of the static files for the web server."""

from __future__ import annotations

from pathlib import Path

from crm.core.web.assets import compressed


def test_copies_of_the_last_releases_stay_for_servers_that_still_run(tmp_path: Path) -> None:
    for release in ("first", "second", "third"):
        assert (compressed(release, tmp_path) / "theme.css.gz").is_file()
    assert {copy.name for copy in tmp_path.iterdir()} == {"first", "second", "third"}
    compressed("fourth", tmp_path)
    assert {copy.name for copy in tmp_path.iterdir()} == {"second", "third", "fourth"}


def test_copy_of_the_own_release_is_made_once(tmp_path: Path) -> None:
    made_on = compressed("first", tmp_path).stat().st_ctime_ns
    assert compressed("first", tmp_path).stat().st_ctime_ns == made_on
