"""Who is invited, and how long an appointment takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crm.feeds.policy import USUAL_MINUTES, Invitee, end_of, hash_token

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(("key", "person_id"), [("person:12", 12), ("user:12", None)])
def test_invitee_is_a_person_or_a_user(key, person_id):
    assert Invitee(key, "Li Hui", "lihui@huayue.example", "en").person_id == person_id


def test_token_is_stored_as_its_hash():
    assert hash_token("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(("minutes", "length"), [(20, 20), (None, USUAL_MINUTES), (0, USUAL_MINUTES)])
def test_appointment_without_a_length_has_the_usual_one(minutes, length):
    start = datetime(2026, 3, 10, 17, tzinfo=UTC)
    assert end_of(start, minutes) - start == timedelta(minutes=length)
