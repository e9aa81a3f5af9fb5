"""How templates are compiled, and how they call macros and functions."""

from pathlib import Path

import pytest
from flask import Flask
from jinja2 import DictLoader, pass_context

from crm.core.i18n import formats
from crm.core.i18n.script_marks import MarkLanguages
from crm.core.web.templating import Templates
from crm.core.words import SEPARATOR, join_facts


@pytest.fixture
def render():
    def render(source, name="page.html", **values):
        environment = Templates(Flask(__name__), loader=DictLoader({name: source}), autoescape=name.endswith("html"))
        environment.add_extension(MarkLanguages)
        environment.filters["mark_lang"] = values.pop("mark_lang", formats.FILTERS["mark_lang"])
        return environment.get_template(name).render(values)

    return render


def test_marked_text_is_not_escaped_again(render):
    assert render("<p>{{ text }}</p>", text="a", mark_lang=lambda text: f"<i>{text}</i>") == "<p><i>a</i></p>"


@pytest.mark.parametrize("text", ["<b>&", "<b>&王", 7, None])
def test_text_of_each_kind_is_escaped(render, text):
    written = formats.mark_lang(text)
    assert render("<p>{{ text }}</p>", text=text) == f"<p>{written}</p>"
    assert "<b>" not in written


def test_attributes_and_plain_text_are_escaped_as_before(render):
    assert render('<p title="{{ text }}"></p>', text='"<王') == '<p title="&#34;&lt;王"></p>'
    assert render("{{ text|mark_lang }}", "mail.txt", text="<王", mark_lang=str) == "<王"


def test_macros_are_called_within_loops_and_blocks(render):
    source = (
        "{% macro item(text, css='a') %}<b class={{ css }}>{{ text }}{{ caller() if caller }}</b>{% endmacro %}"
        "{% block main %}{% for x in (1, 2) %}{% set y = x %}{{ item(y, css='c') }}{% endfor %}"
        "{% call item('<') %}&{% endcall %}{% endblock %}"
    )
    assert render(source) == "<b class=c>1</b><b class=c>2</b><b class=a>&lt;&</b>"


def test_functions_get_the_context_if_they_take_it(render):
    @pass_context
    def read(context, name):
        return context.get(name)

    source = "{% for x in 'ab' %}{{ read('value') }}{{ double(x, sep='<') }}{{ text.upper() }}{% endfor %}"
    html = render(source, read=read, value="v", double=lambda x, sep: x + sep + x, text="t")
    assert html == "va&lt;aTvb&lt;bT"


def test_lines_break_after_the_dot_between_facts(render):
    assert render("<p>{{ facts|join(' · ') }} ·\n{{ facts[0] }}</p>", facts="ab") == "<p>a\xa0· b\xa0·\na</p>"
    assert join_facts(("due Mar 10", "", None, "2nd try")) == "due Mar 10\xa0· 2nd try"
    assert join_facts([]) == ""


def test_code_joins_facts_with_the_separator():
    """A plain space before the dot would let a line begin with it."""
    sources = Path(__file__).parents[3].joinpath("crm").rglob("*.py")
    assert [path.name for path in sources if '" · "' in path.read_text()] == []
    assert SEPARATOR == "\xa0· "


def test_dialogs_of_a_page_are_rendered_for_each_request(app, client, people, monkeypatch):
    web, texts = client.login_as("anna"), ("Search or go to a page", "Keyboard shortcuts", "previous row")
    assert [text in web.get("/").text for text in texts] == [True] * 3
    monkeypatch.setitem(app.jinja_env.globals, "_", lambda text, **_values: f"{text} in Chinese")
    monkeypatch.setitem(app.jinja_env.globals, "static_url", lambda path: f"/static/next/{path}")
    page = web.get("/").text
    assert [f"{text} in Chinese" in page for text in texts] == [True] * 3
    assert 'data-icons="/static/next/icons.svg"' in page
