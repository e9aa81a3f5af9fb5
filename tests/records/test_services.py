"""What hangs on a record: mails and phones, tags, sight, counselor, recents."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.errors import Invalid
from crm.records.models import ContactPoint, Tag
from crm.records.policy import EvidenceState, Medium, PointLabel
from crm.records.queries import (
    evidence_of,
    points_of,
    recent,
    records_with_point,
    starred,
    tags_of,
)
from crm.records.services import (
    MAX_TAGS,
    Point,
    change_counselor,
    check_counselor,
    note_recent,
    set_confidentiality,
    set_evidence,
    set_points,
    set_tags,
    star,
)
from tests.factories import archived, client_of, organization, team_id_of


def kept(record):
    return [(p.medium, p.label, p.raw, p.value, p.extension) for p in points_of([record.id])[record.id]]


def test_points_keep_what_was_typed_and_what_it_means(session):
    made = organization()
    typed = [
        Point(Medium.phone, PointLabel.mobile, " 138 0013 8000 "),
        Point(Medium.phone, PointLabel.work, "0574-8765 4321 转 12"),
        Point(Medium.phone, PointLabel.other, "ask at the desk"),
        Point(Medium.email, PointLabel.work, "Li.Wei@Example.ORG"),
        Point(Medium.wechat, PointLabel.other, "Zhou_LM"),
        Point(Medium.email, PointLabel.home, "   "),
        Point(Medium.wechat, PointLabel.work, "Zhou_LM"),
    ]
    words = set_points(made, typed, "CN")
    assert kept(made) == [
        (Medium.phone, PointLabel.mobile, "138 0013 8000", "+8613800138000", ""),
        (Medium.phone, PointLabel.work, "0574-8765 4321 转 12", "+8657487654321", "12"),
        (Medium.phone, PointLabel.other, "ask at the desk", "", ""),
        (Medium.email, PointLabel.work, "Li.Wei@Example.ORG", "li.wei@example.org", ""),
        (Medium.wechat, PointLabel.other, "Zhou_LM", "zhou_lm", ""),
    ]
    assert "8000" in " ".join(words)
    assert records_with_point(Medium.phone, "+8613800138000") == [made.id]


def test_points_are_changed_in_place_and_dropped(session):
    made = organization()
    set_points(made, [Point(Medium.email, PointLabel.work, "a@example.org")], None)
    before = session.scalars(sa.select(ContactPoint.id)).one()
    set_points(made, [Point(Medium.email, PointLabel.home, "a@example.org")], None)
    assert session.scalars(sa.select(ContactPoint.id)).one() == before
    assert kept(made)[0][1] is PointLabel.home
    set_points(made, [], None)
    assert kept(made) == []


@pytest.mark.parametrize("raw", ["nobody", "a@b", "a b@example.org", "a@example.org, b@example.org", "@example.org"])
def test_bad_mail_is_refused_on_its_field(session, raw):
    with pytest.raises(Invalid, match="is not a mail address") as refused:
        set_points(organization(), [Point(Medium.email, PointLabel.work, raw)], None, "emails")
    assert refused.value.field == "emails"


def test_tags_are_known_again_whatever_their_case(session):
    one, other = organization(), organization()
    set_tags(one, "Water, FDA 注册，水务, water ,, ")
    set_tags(other, "WATER")
    assert tags_of([one.id, other.id]) == {one.id: ["FDA 注册", "Water", "水务"], other.id: ["Water"]}
    set_tags(one, "")
    assert tags_of([one.id]) == {one.id: []}


@pytest.mark.parametrize("name", ["水" * 40, "x" * 60, "!!!", "🙂"])
def test_strange_tags_are_kept_once(session, name):
    for made in (organization(), organization()):
        set_tags(made, name)
        assert tags_of([made.id]) == {made.id: [name[:40]]}
    assert len(session.scalars(sa.select(Tag)).all()) == 1


def test_tags_that_only_sound_alike_are_two(session):
    made = organization()
    set_tags(made, "食品, 饰品")
    assert tags_of([made.id]) == {made.id: ["食品", "饰品"]}


def test_too_many_tags_are_refused(session):
    with pytest.raises(Invalid):
        set_tags(organization(), ",".join(map(str, range(MAX_TAGS + 1))))


def test_sight_is_set_and_taken_back(session, people):
    made = client_of("Inland", counselor=people["anna"])
    set_confidentiality(made, confidential=True, readers=[people["boris"].id, people["dora"].id])
    assert made.reader_ids == {people["boris"].id, people["dora"].id}
    set_confidentiality(made, confidential=True, readers=[people["dora"].id])
    assert made.reader_ids == {people["dora"].id}
    set_confidentiality(made, confidential=False, readers=[people["dora"].id])
    assert (made.confidential, made.reader_ids) == (False, frozenset())


def test_shared_record_cannot_be_confidential(session):
    with pytest.raises(Invalid) as refused:
        set_confidentiality(organization(), confidential=True, readers=[])
    assert refused.value.field == "confidential"


def test_counselor_must_see_the_record(session, people):
    made = client_of("Inland", counselor=people["anna"])
    for name in ("dora", "shen", "nora", "clara"):
        change_counselor(made, people[name].id)
        assert made.counselor_id == people[name].id
    with pytest.raises(Invalid, match="team"):
        change_counselor(made, people["boris"].id)
    change_counselor(made, None)
    check_counselor(people["boris"].id, None)
    with pytest.raises(Invalid, match="needs a counselor"):
        check_counselor(None, team_id_of("Inland"), confidential=True)


def test_stars_and_recents_are_one_s_own_and_only_of_what_is_seen(session, people, actor, clock):
    anna, mine, gone = actor("anna"), organization("Mine"), organization("Gone")
    foreign = client_of("Bay", "Foreign")
    for record in (mine, gone, foreign):
        star(anna, record, on=True)
        star(anna, record, on=True)
        note_recent(anna.id, record.id)
        clock.forward(seconds=1)
    archived(gone)
    session.expire_all()
    assert [r.label for r in starred(anna)] == ["Mine"]
    assert [r.label for r in recent(anna)] == ["Mine"]
    assert starred(actor("clara")) == recent(actor("clara")) == []
    star(anna, mine, on=False)
    assert starred(anna) == []


def test_only_the_newest_recents_stay(session, people, actor, clock):
    anna = actor("anna")
    made = [organization(f"Firm {n:02}") for n in range(33)]
    for record in made:
        clock.forward(seconds=1)
        note_recent(anna.id, record.id)
    clock.forward(seconds=1)
    note_recent(anna.id, made[10].id)
    session.expire_all()
    assert [r.label for r in recent(anna, 50)] == ["Firm 10", *(f"Firm {n:02}" for n in range(32, 2, -1) if n != 10)]


def test_test_settled_by_hand_is_replaced_by_the_next_word(session, people, actor, clock):
    made = organization()
    set_evidence(actor("anna"), made, "screened", EvidenceState.met, "CSL", "no hit")
    clock.forward(days=1)
    set_evidence(actor("clara"), made, "screened", EvidenceState.does_not_apply)
    row = evidence_of(made.id)["screened"]
    assert (row.state, row.by, str(row.on), row.where) == (
        EvidenceState.does_not_apply,
        "Clara Whitfield",
        "2026-03-11",
        "",
    )


def test_twelve_stars_and_eight_recents_are_offered_newest_first(session, people, actor, clock):
    anna = actor("anna")
    made = [client_of("Inland", f"Client {n:02}") for n in range(13)]
    session.flush()
    for record in made:
        star(anna, record, on=True)
        session.flush()
        note_recent(anna.id, record.id)
        clock.forward(minutes=1)
    newest = [record.label for record in reversed(made)]
    assert [row.label for row in starred(anna)] == newest[:12]
    assert [row.label for row in recent(anna)] == newest[:8]


def test_points_of_one_record_leave_those_of_another_alone(session):
    one, other = organization("One"), organization("Other")
    same = [Point(Medium.email, PointLabel.work, "desk@firm.example")]
    for made in (one, other):
        set_points(made, same, "US")
    set_points(one, [], "US")
    assert (kept(one), [raw for _medium, _label, raw, *_rest in kept(other)]) == ([], ["desk@firm.example"])
    set_points(one, same, "US")
    assert sorted(records_with_point(Medium.email, "desk@firm.example")) == [one.id, other.id]


def test_evidence_is_of_one_record(session, people, actor, clock):
    one, other = organization("One"), organization("Other")
    for record, state in ((one, EvidenceState.met), (other, EvidenceState.does_not_apply)):
        set_evidence(actor("anna"), record, "screened", state, "trade.gov", record.label)
    assert {test: (row.state, row.result) for test, row in evidence_of(one.id).items()} == {
        "screened": (EvidenceState.met, "One")
    }
    assert evidence_of(organization("Third").id) == {}
