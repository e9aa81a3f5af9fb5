"""Compiled templates, shared by the applications of a process and by the workers of a run."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, Environment

from tests.fixtures.compiled_templates import CompiledTemplates


def _environment(cache: CompiledTemplates, source: str) -> Environment:
    return Environment(loader=DictLoader({"page.html": source}), bytecode_cache=cache, autoescape=True)


def test_template_is_compiled_by_one_worker(tmp_path, monkeypatch):
    _environment(CompiledTemplates(tmp_path), "{{ 1 + 1 }}").get_template("page.html")
    other = _environment(CompiledTemplates(tmp_path), "{{ 1 + 1 }}")
    monkeypatch.setattr(other, "compile", lambda *_: pytest.fail("compiled again"))
    assert other.get_template("page.html").render() == "2"


def test_changed_template_is_compiled_again(tmp_path):
    cache = CompiledTemplates(tmp_path)
    assert _environment(cache, "old").get_template("page.html").render() == "old"
    assert _environment(cache, "new").get_template("page.html").render() == "new"
    assert _environment(CompiledTemplates(tmp_path), "old").get_template("page.html").render() == "old"
