"""Tags that differ in marks only, such as "C++" and "C#", and the upgrade that tells them apart."""

from __future__ import annotations

import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from crm.core.data.base import db
from crm.names import fold
from crm.records.models import Tag
from crm.records.policy import tag_key
from crm.records.services import set_tags
from crm.records.tag_queries import count_tags, find_tags
from tests.factories import organization

NAMES = (
    *("C++", "C", "Grade A+ water", "水處理 B#", "R&D", "food+drink", "C++11", "A+B+", "K+S#", "A++ B#C# d", "Ｇ＋"),
    *(
        "++",
        "# 1",
        "+86",
        "R & D+",
        "x-+",
        "F#-",
        "الطاقة+",
        "น้ำ#",
        "a#+",
        "C# .NET",
        "G#.NET",
        "h+&i#/j+",
        "Xi'an+",
        "+z+",
    ),
)


def test_tags_with_other_marks_are_other_tags(session, actor):
    for name, tags in (("Acme", "C++, C#"), ("Borg", "c#")):
        set_tags(organization(name), tags)
    session.flush()
    assert [(tag.name, tag.records) for tag in count_tags(actor("anna"))] == [("C#", 2), ("C++", 1)]
    assert [tag.name for tag in find_tags(actor("anna"), "c+")] == ["C++"]
    assert [tag.name for tag in find_tags(actor("anna"), "c")] == ["C#", "C++"]


def test_marks_between_letters_only_separate_words():
    expected = {"C++11": "c 11", "A+B+": "a b+", "K+S#": "k s#", "C++": "c++", "A#+": "a#+"}
    assert {name: tag_key(name) for name in expected} == expected


def test_upgrade_adds_the_marks_to_the_keys(new_app):
    with new_app().app_context():
        db.session.remove()
        downgrade(revision="0097")
        old_keys = {name: " ".join(fold(name).split()) or name for name in NAMES} | {"C": "see"}
        db.session.add_all(Tag(name=name, key=key) for name, key in old_keys.items())
        db.session.commit()
        db.session.remove()
        upgrade()
        keys = {tag.name: tag.key for tag in db.session.scalars(sa.select(Tag))}
        db.session.remove()
        db.engine.dispose()
    assert keys == {name: tag_key(name) for name in NAMES} | {"C": "see"}
