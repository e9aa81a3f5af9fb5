"""Who knows of, reads and answers for which email."""

from __future__ import annotations

import pytest

from crm.core.policy import Actor, Role
from crm.mail.policy import MailFacts, is_of_team, is_own, may_answer, may_know, may_read_body, may_read_subject

pytestmark = pytest.mark.one_engine

TEAM = frozenset({7})
STAFF, MANAGER, ADMINISTRATOR = (
    Actor(id=1, role=r, team_ids=TEAM) for r in (Role.staff, Role.manager, Role.administrator)
)
OWN = MailFacts(user_id=1, team_id=7, confidential=True, secret=False)
COLLEAGUE = MailFacts(user_id=2, team_id=7, confidential=False, secret=False)
CONFIDENTIAL = COLLEAGUE._replace(confidential=True)
OTHER_TEAM = MailFacts(user_id=3, team_id=8, confidential=False, secret=False)


@pytest.mark.parametrize(
    ("actor", "mail", "may_list", "subject", "answers"),
    [
        (STAFF, OWN, True, True, True),
        (STAFF, COLLEAGUE, False, False, False),
        (MANAGER, COLLEAGUE, True, True, True),
        (MANAGER, CONFIDENTIAL, True, False, True),
        (MANAGER, OTHER_TEAM, False, False, False),
        (ADMINISTRATOR, OTHER_TEAM, True, False, False),
        (ADMINISTRATOR, COLLEAGUE, True, False, False),
    ],
)
def test_managers_see_subjects_of_their_team_and_administrators_the_state(actor, mail, may_list, subject, answers):
    assert (may_know(actor, mail), may_read_subject(actor, mail), may_answer(actor, mail)) == (
        may_list,
        subject,
        answers,
    )


def test_shell_owns_no_email():
    assert not is_own(Actor(id=None), MailFacts(None, 7, confidential=False, secret=False))
    assert not is_of_team(STAFF, COLLEAGUE)


@pytest.mark.parametrize(
    ("actor", "mail", "in_demo", "otherwise"),
    [
        (STAFF, OWN, True, True),
        (STAFF, OWN._replace(secret=True), True, False),
        (MANAGER, COLLEAGUE, False, False),
        (ADMINISTRATOR, COLLEAGUE, False, False),
        (ADMINISTRATOR, COLLEAGUE._replace(secret=True), True, False),
    ],
)
def test_text_is_read_by_its_user_and_password_links_only_in_the_demo(actor, mail, in_demo, otherwise):
    assert may_read_body(actor, mail, demo=True) is in_demo
    assert may_read_body(actor, mail, demo=False) is otherwise
