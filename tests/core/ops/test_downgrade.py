"""`db downgrade` deletes data, so it asks first."""

from __future__ import annotations

import pytest

from crm.core.ops.schema_check import WrongRevision, require_current_schema


@pytest.mark.parametrize("answer", ["", "n\n"])
def test_downgrade_changes_nothing_without_confirmation(real_app, answer):
    result = real_app.test_cli_runner().invoke(args=["db", "downgrade"], input=answer)
    assert (result.exit_code, "Make a backup first" in result.output) == (1, True)
    require_current_schema(real_app)


@pytest.mark.parametrize(("options", "answer"), [(["--yes"], ""), ([], "y\n")])
def test_confirmed_downgrade_reverts_one_migration(real_app, options, answer):
    runner = real_app.test_cli_runner()
    assert runner.invoke(args=["db", "downgrade", *options], input=answer).exit_code == 0
    with pytest.raises(WrongRevision, match="flask --app crm db upgrade"):
        require_current_schema(real_app)
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
    require_current_schema(real_app)


def test_help_of_downgrade_names_the_option_once_for_many_applications(real_app, new_app):
    for app in (real_app, new_app()):
        assert app.test_cli_runner().invoke(args=["db", "downgrade", "--help"]).output.count("--yes") == 1
