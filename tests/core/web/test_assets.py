"""Copies of the static files for the web server, and settings that need a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import SettingsError, make_settings
from crm.core.web import assets
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


def test_relative_database_file_needs_a_program_folder_that_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(assets, "ROOT", tmp_path / "file")
    settings = {"CRM_SECRET_KEY": "s" * 40, "CRM_BASE_URL": "https://crm.example.org"}
    with pytest.raises(SettingsError, match="absolute path"):
        assets.flask_settings(make_settings(settings | {"CRM_DATABASE_URL": "sqlite:///crm.sqlite"}))
    place = f"sqlite:///{tmp_path / 'crm.sqlite'}"
    assert assets.flask_settings(make_settings(settings | {"CRM_DATABASE_URL": place}))
