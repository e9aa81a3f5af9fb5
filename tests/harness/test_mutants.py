"""`make mutants`: which mistakes it makes, where, and that it runs the tests on a copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.mutant_runs import is_noticed_elsewhere
from tests.tools.mutant_tests import list_own_tests, list_tests_of_users, part_of
from tests.tools.mutants import ROOT, Mutant, Result, WorkingCopy, report, sample
from tests.tools.mutations import DropCondition, DropStatement, Mutation, apply, find_mutations

SOURCE = '''"""A service."""

if TYPE_CHECKING:
    from crm.core.record import Record


def postponed_count(row: Record | None, days: int = 1) -> date | None:
    """Move it."""
    due: date | None = None
    limit: int = 3
    if row.open and days > 2:
        row.due_on += days
    db.session.flush()
    log.info("moved")
    recall(row)
    return stmt.where(visible(actor), Row.id == 7)
'''


@pytest.mark.parametrize("operator", [DropStatement, DropCondition])
def test_mutation_operator_matches_its_examples(operator):
    for example in operator.examples():
        name = operator.__name__
        places = [m for m in find_mutations(example.pre_mutation_code) if m.operator == name]
        assert apply(example.pre_mutation_code, places[example.occurrence]) == example.post_mutation_code


def test_mistakes_are_listed_by_line_and_types_are_skipped():
    assert {(m.line, m.operator) for m in find_mutations(SOURCE)} == {
        (7, "NumberReplacer"),
        (10, "NumberReplacer"),
        (11, "AddNot"),
        (11, "DropCondition"),
        (11, "ReplaceAndWithOr"),
        (11, "ReplaceComparisonOperator_Gt_GtE"),
        (11, "NumberReplacer"),
        (12, "DropStatement"),
        (15, "DropStatement"),
        (16, "DropCondition"),
        (16, "ReplaceComparisonOperator_Eq_NotEq"),
        (16, "NumberReplacer"),
    }


def test_each_mistake_changes_one_place_and_compiles():
    path = "crm/followups/services/complete.py"
    source = (ROOT / path).read_text(encoding="utf-8")
    mutations = find_mutations(source)
    changed = {apply(source, mutation) for mutation in mutations}
    assert (len(mutations) > 50, source in changed) == (True, False)
    for text in changed:
        compile(text, path, "exec")


def test_sample_is_repeatable_and_uses_each_line_once(capsys):
    first, again, other = (sample(20, seed, "crm/followups") for seed in (1, 1, 2))
    assert (first == again, first == other) == (True, False)
    assert len({(m.path, m.mutation.line) for m in first}) == 20
    assert "seed 2" in capsys.readouterr().out


def test_tests_of_a_mutant_belong_to_its_feature_most_likely_first():
    path = "crm/core/mail/outbox/channel.py"
    files = list_own_tests(ROOT, path)
    assert (part_of(path), files[0]) == ("core/mail", "tests/core/mail/outbox/test_channel.py")
    assert {Path(f).parts[1] for f in files} == {"core", "mail"}


def test_tests_of_users_are_those_of_features_that_import_a_name_of_the_file():
    files = list_tests_of_users(ROOT, "crm/records/services/tags.py")
    assert "tests/bulk/test_tags.py" in files[:5]
    assert {Path(f).parts[1] for f in files} & {"records", "funding"} == set()
    assert list_tests_of_users(ROOT, "crm/introductions/queries/employers.py") == []
    assert list_tests_of_users(ROOT, "crm/core/mail/outbox/models.py")[0] == "tests/laws/test_models.py"


def test_survivors_are_reported_and_too_many_fail(capsys):
    killed = Result(Mutant("crm/a/policy.py", Mutation(1, "AddNot", 0)), "killed", 1, "")
    survivor = Result(Mutant("crm/b/policy.py", Mutation(7, "AddNot", 0)), "survived", 1, "-a\n+b")
    assert report([killed] * 17 + [survivor] * 3, 85, 0) == 0
    assert report([killed] * 16 + [survivor] * 3, 85, 2) == 1
    assert report([], 85, 9) == 1
    out = capsys.readouterr().out
    assert "SURVIVED crm/b/policy.py:7 AddNot\n-a\n+b" in out
    assert "2 were not tried" in out


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "copy"
    folder.mkdir()
    test = "import time\nimport it\ndef test_it():\n    time.sleep(it.SECONDS)\n    assert it.RIGHT\n"
    (folder / "test_it.py").write_text(test)
    (folder / "it.py").write_text("SECONDS, RIGHT = 0, True\n")
    return WorkingCopy(folder, tmp_path / "none.sqlite")


def test_mistake_is_in_the_copy_during_its_run_and_is_noticed(copy):
    before = (copy.folder / "it.py").read_text()
    outcomes = []
    for source in (before, "SECONDS, RIGHT = 0, False\n", "SECONDS, RIGHT = 600, True\n"):
        with copy.with_mistake("it.py", source):
            outcomes.append(copy.test(["test_it.py"], 2 if "600" in source else 120)[0])
    assert (outcomes, (copy.folder / "it.py").read_text()) == ([0, 1, None], before)


@pytest.mark.parametrize(("test", "is_noticed"), [("LIMIT == 3", True), ("LIMIT > 2", False), ("LIMIT == 5", False)])
def test_mistake_is_noticed_elsewhere_if_a_test_fails_because_of_it(copy, test, is_noticed):
    files = {
        "crm/a/policy.py": "LIMIT = 3\n",
        "tests/a/test_policy.py": "def test_own():\n    raise AssertionError\n",
        "tests/b/test_b.py": f"from crm.a.policy import LIMIT\ndef test_b():\n    assert {test}\n",
    }
    for path, text in files.items():
        (copy.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (copy.folder / path).write_text(text)
    assert is_noticed_elsewhere(copy, "crm/a/policy.py", "LIMIT = 4\n") is is_noticed
