"""Who may see a record, given the records it is about."""

from __future__ import annotations

from crm.core.policy import SYSTEM, Actor, Role
from crm.records.policy import Access, decide_access, may_manage_tags, tag_key

INLAND, BAY = 1, 2
ANNA, BORIS, CLARA, DORA = 11, 12, 13, 14
OPEN = Access(INLAND, ANNA, confidential=False, reader_ids=frozenset())


def secret(counselor_id: int | None, *readers: int, team_id: int = INLAND, restricted: bool = False) -> Access:
    return Access(team_id, counselor_id, confidential=True, reader_ids=frozenset(readers), restricted=restricted)


def test_record_about_open_records_keeps_its_access():
    assert decide_access(OPEN, [OPEN, OPEN]) == OPEN
    assert decide_access(secret(ANNA, DORA), [OPEN]) == secret(ANNA, DORA)


def test_one_confidential_record_is_enough():
    assert decide_access(OPEN, [OPEN, secret(ANNA, DORA)]) == secret(ANNA, DORA)


def test_only_users_with_access_to_all_remain():
    assert decide_access(OPEN, [secret(ANNA, DORA, BORIS), secret(DORA, ANNA)]) == secret(ANNA, DORA)


def test_counselor_without_access_is_replaced_by_counselor_of_linked_record():
    assert decide_access(OPEN._replace(counselor_id=BORIS), [secret(DORA, ANNA)]) == secret(DORA, ANNA)


def test_counselor_is_replaced_by_reader_if_no_counselor_has_access():
    assert decide_access(OPEN._replace(counselor_id=BORIS), [secret(ANNA, DORA), secret(CLARA, DORA)]) == secret(DORA)


def test_no_user_remains_if_none_has_access_to_all():
    assert decide_access(OPEN, [secret(CLARA), secret(DORA)]) == secret(None)


def test_manager_of_the_team_stays_counselor():
    assert decide_access(OPEN._replace(counselor_id=CLARA), [secret(ANNA, DORA)], {CLARA}) == secret(CLARA, ANNA, DORA)


def test_chosen_readers_are_narrowed_and_not_widened():
    own = secret(ANNA, DORA, BORIS, restricted=True)
    assert decide_access(own, [secret(ANNA, DORA, CLARA)]) == secret(ANNA, DORA, restricted=True)


def test_derived_readers_follow_linked_record():
    assert decide_access(secret(ANNA, BORIS), [secret(ANNA, DORA)]) == secret(ANNA, DORA)


def test_record_moves_to_team_of_linked_record():
    assert decide_access(OPEN, [secret(BORIS, ANNA, team_id=BAY)]) == secret(ANNA, BORIS, team_id=BAY)
    both = [secret(BORIS, ANNA, team_id=BAY), secret(ANNA, team_id=INLAND)]
    assert decide_access(OPEN, both).team_id == INLAND


def test_managers_see_no_record_about_confidential_records_of_several_teams():
    both = [secret(BORIS, ANNA, team_id=BAY), secret(ANNA, team_id=INLAND)]
    decided = decide_access(OPEN, both)
    assert decided == secret(ANNA)._replace(without_managers=True)
    assert decide_access(decided, both[1:]) == secret(ANNA)
    chosen = decided._replace(restricted=True)
    assert decide_access(chosen, both[1:]) == chosen


def test_managers_see_no_record_about_one_that_is_hidden_from_them():
    hidden = secret(ANNA, DORA)._replace(without_managers=True)
    assert decide_access(OPEN, [hidden]) == hidden
    assert decide_access(OPEN, [secret(ANNA, DORA), hidden]) == hidden


def test_tags_are_the_same_in_any_case_and_width_only():
    assert tag_key("  Water  TECH ") == tag_key("water tech") == tag_key("ｗａｔｅｒ tech")
    assert tag_key("水处理") != tag_key("水處理廠")
    assert tag_key("★") == "★"
    assert len(tag_key("x" * 100)) == 60


def test_marks_at_the_end_of_a_word_tell_tags_apart():
    keys = [tag_key(name) for name in ("C", "C++", "C#", "Grade A+ water", "ISO 9001 #")]
    assert keys == ["c", "c++", "c#", "grade a+ water", "iso 9001"]
    assert tag_key("Ｃ＃") == tag_key("c#")
    assert tag_key("#Water") == tag_key("water")
    assert tag_key("food+drink") == tag_key("Food drink")


def test_counselors_do_not_manage_tags():
    roles = {role for role in Role if may_manage_tags(Actor(id=1, role=role))}
    assert roles == {Role.manager, Role.network_manager, Role.administrator}
    assert may_manage_tags(SYSTEM)
