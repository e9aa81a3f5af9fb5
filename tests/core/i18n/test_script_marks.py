"""Chinese characters in the text of templates are marked without a filter at each place."""

import pytest
from jinja2 import DictLoader, Environment

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
