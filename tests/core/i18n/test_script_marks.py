"""Chinese characters are marked with their script, in the text of templates without a filter at each place."""

import pytest
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from crm.core.i18n import formats
from crm.core.i18n.script_marks import MarkLanguages

MARKED = '<span lang="zh-Hans">王</span>'


def render(source, name="page.html"):
    environment = Environment(loader=DictLoader({name: source}), autoescape=name.endswith("html"))
    environment.add_extension(MarkLanguages)
    environment.filters["mark_lang"] = formats.FILTERS["mark_lang"]
    return environment.get_template(name).render(text="Mr 王", tag="zh-Hans")


@pytest.mark.parametrize(
    "source",
    [
        "<p>{{ text }}</p>",
        "<p class=\"a\" title='b > c'>{{ text }}</p>",
        '<p lang="en">Hello</p> {{ text }}',
        "{% set other = text %}<p>{{ other if text else 1 }}</p>",
        "<!-- <p lang= -->{{ text }}",
        "<br/>{{- text|trim -}}",
        "{% block title %}Page{% endblock %}<p>{{ text }}</p>",
    ],
)
def test_text_is_marked(source):
    assert f"Mr {MARKED}" in render(source)


@pytest.mark.parametrize(
    "source",
    [
        '<p title="{{ text }}"></p>',
        '<p lang="{{ tag }}">{{ text }}</p>',
        "<p{% if tag %} lang={{ tag }}{% endif %}>{{ text }}</p>",
        '<p {{ {"lang": tag}|xmlattr }}>{{ text }}</p>',
        "<option>{{ text }}</option>",
        "<title>{{ text }}</title>",
        "{% block title %}{{ text }}{% endblock %}",
        '{% set label %}{{ text }}{% endset %}<p title="{{ label }}"></p>',
    ],
)
def test_attributes_and_elements_with_a_language_are_left_alone(source):
    assert "<span" not in render(source)


def test_plain_text_is_left_alone():
    assert render("{{ text }}", "mail.txt") == "Mr 王"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("王小明", '<span lang="zh-Hans">王小明</span>'),
        ("<b>王", '&lt;b&gt;<span lang="zh-Hans">王</span>'),
        ("<b>Tom", "&lt;b&gt;Tom"),
        ("Price for 王美洁, Fri", 'Price for <span lang="zh-Hans">王美洁</span>, Fri'),
        ("微信 20分钟，周五前报价。HACCP", '<span lang="zh-Hans">微信 20分钟，周五前报价。</span>HACCP'),
        ("許文 and 李", '<span lang="zh-Hant">許文</span> and <span lang="zh-Hant">李</span>'),
        (Markup("<b>王</b>"), "<b>王</b>"),
        (Markup("a &amp; 王"), 'a &amp; <span lang="zh-Hans">王</span>'),
        ("المنصوري خالد, 2", "<bdi>المنصوري خالد</bdi>, 2"),
        ("AT&T محمد (2) علي", "AT&amp;T <bdi>محمد (2) علي</bdi>"),
        ("דוד Levy 李", '<bdi>דוד</bdi> Levy <span lang="zh-Hans">李</span>'),
        (7, "7"),
    ],
)
def test_each_run_of_characters_is_marked_with_its_script(text, html):
    assert formats.mark_lang(text) == html


@pytest.mark.parametrize(("text", "attribute"), [("简体中文", ' lang="zh-Hans"'), ("Rail 轨道", ""), ("Rail", "")])
def test_option_is_marked_only_if_it_is_all_in_one_script(text, attribute):
    assert formats.lang_attribute(text) == attribute
