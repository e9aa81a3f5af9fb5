"""A setting that a test leaves in the environment is detected and does not reach the next test."""

from __future__ import annotations

import os

import pytest

from tests.fixtures.settings import settings, settings_unchanged


def test_leaked_setting_fails_and_is_removed():
    before = settings()
    assert "CRM_DEMO" not in before
    with (
        pytest.raises(pytest.fail.Exception, match="environment: CRM_CENTER_NAME, CRM_DEMO"),
        settings_unchanged(before | {"CRM_CENTER_NAME": "Center"}),
    ):
        os.environ["CRM_DEMO"] = "1"
    assert settings() == before | {"CRM_CENTER_NAME": "Center"}
    del os.environ["CRM_CENTER_NAME"]


def test_restored_setting_is_not_reported(monkeypatch):
    with settings_unchanged(settings()), monkeypatch.context() as patch:
        patch.setenv("CRM_DEMO", "1")
