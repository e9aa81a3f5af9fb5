"""Translations are built from their texts, and each user chooses a language."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import render_template_string
from flask_babel import force_locale

from crm.core.i18n import catalogs
from crm.core.words import _l, _p

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Today"\nmsgstr "%s"\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "es" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "es" / "LC_MESSAGES" / "messages.po").write_text(PO % "Hoy")
    return tmp_path


def word(target):
    with target.open("rb") as built:
        return read_mo(built).get("Today").string


def test_catalog_is_rebuilt_only_when_its_text_changes(folder):
    source = folder / "es" / "LC_MESSAGES" / "messages.po"
    target = source.with_suffix(".mo")
    assert catalogs.build(folder) == [target]
    assert word(target) == "Hoy"
    assert catalogs.build(folder) == []
    source.write_text(PO % "El día")
    later = target.stat().st_mtime_ns + 1_000_000_000
    os.utime(source, ns=(later, later))
    assert catalogs.build(folder) == [target]
    assert word(target) == "El día"
    assert sorted(path.name for path in source.parent.iterdir()) == ["messages.mo", "messages.po"]


def test_profile_and_invitation_offer_the_languages(client, people):
    client.login_as("admin")
    for path in ("/profile", "/users/new"):
        select = client.get(path).text.split('name="language"')[1].split("</select>")[0]
        offered = [option.split('"')[0] for option in select.split('value="')[1:]]
        assert offered == ["en", "zh_Hans", "zh_Hant", "es"]


def test_page_and_formats_are_in_the_language_of_the_user(client, people, session):
    people["anna"].language = "zh_Hant"
    session.commit()
    client.login_as("anna")
    page = client.get("/profile").text
    assert '<html lang="zh-Hant"' in page
    assert "儲存" in page


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh", "zh-Hans"),
        ("es-MX,es;q=0.9", "es"),
        ("fr-FR,es;q=0.5", "es"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_guests_read_the_language_of_their_browser(client, people, header, language):
    page = client.get("/login", headers={"Accept-Language": header}).text
    assert f'<html lang="{language}"' in page


def test_text_with_two_meanings_has_a_translation_for_each_context(app):
    with app.test_request_context(), force_locale("zh_Hans"):
        assert [str(_l("Title")), str(_p("job", "Title")), str(_p("unknown", "Title"))] == ["标题", "职位", "Title"]
        page = render_template_string("{{ _('Open') }} {{ pgettext('action', 'Open') }}")
        assert page == "未完成 打开"
    assert str(_p("job", "Title")) == "Title"


def test_texts_of_python_templates_and_emails_are_extracted():
    words = (catalogs.FOLDER / "messages.pot").read_text(encoding="utf-8")
    for place in ("crm/people/models.py", "templates/_ui/bare.html", "templates/email/digest/body.txt"):
        assert f"{place}\n" in words or f"{place} " in words, place


def test_every_source_text_is_in_the_translation_template():
    """A missing text is never seen by translators; `make translations` collects it."""
    root = catalogs.FOLDER.parent
    with (root / "babel.cfg").open(encoding="utf-8") as rules:
        methods, options = parse_mapping_cfg(rules)
    marks = DEFAULT_KEYWORDS | {"_l": None}
    marked = extract_from_dir(root, methods, options, marks, directory_filter=lambda path: Path(path).name[0] != ".")
    texts = {words if isinstance(words, str) else words[0] for _path, _line, words, *_rest in marked}
    with (catalogs.FOLDER / "messages.pot").open(encoding="utf-8") as template:
        collected = {one.id if isinstance(one.id, str) else one.id[0] for one in read_po(template)}
    assert sorted(texts - collected) == []


def test_texts_are_not_marked_inside_f_strings():
    """Before Python 3.12, they are not collected from there."""
    marks = {"_", "_l", "ngettext", "sentence"}
    inside = [
        f"{path}:{call.lineno}"
        for path in catalogs.FOLDER.parent.glob("crm/**/*.py")
        for string in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in marks
    ]
    assert inside == []
