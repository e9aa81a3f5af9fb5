"""Each language of the interface has a translation of every text, with the same values and tags."""

from __future__ import annotations

import re
from collections import Counter
from gettext import GNUTranslations

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from crm.core.i18n import catalogs
from crm.core.i18n.translations import SHIPPED

TRANSLATED = sorted(set(SHIPPED) - {"en", catalogs.TRADITIONAL})
VALUE = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}")
TAG = re.compile(r"</?\w+[^>]*>")


def load(path) -> Catalog:
    with path.open("rb") as text:
        return read_po(text, locale=path.parts[-3] if path.suffix == ".po" else None)


def ids(catalog: Catalog) -> set[str]:
    return {first(message.id) for message in catalog if message.id}


def first(text) -> str:
    return text if isinstance(text, str) else text[0]


def forms(message: Message) -> list[tuple[str, str]]:
    """Return each translation with the English text that it stands for."""
    if not message.pluralizable:
        return [(message.id, message.string)]
    one, many = message.id
    # A language with one form for all numbers has that of the plural.
    return list(zip([one, many][-len(message.string) :], message.string, strict=True))


@pytest.fixture(params=TRANSLATED)
def catalog(request):
    return load(catalogs.FOLDER / request.param / "LC_MESSAGES" / "messages.po")


def test_every_text_is_translated(catalog):
    template = load(catalogs.FOLDER / "messages.pot")
    assert sorted(ids(template) - ids(catalog)) == []
    unsure = {first(message.id) for message in catalog if message.id and message.fuzzy}
    missing = {first(message.id) for message in catalog if message.id and not all(new for _old, new in forms(message))}
    assert sorted(unsure | missing) == []


def test_translations_have_the_same_values_and_tags(catalog):
    wrong = []
    for message in catalog:
        if not message.id:
            continue
        for english, translated in forms(message):
            # "1 day" may do without its number, in both languages.
            optional = Counter({"%(num)s": 9}) if message.pluralizable else Counter()
            old, new = Counter(set(VALUE.findall(english))), Counter(set(VALUE.findall(translated)))
            if (
                (old - new) - optional
                or (new - old) - optional
                or sorted(TAG.findall(english)) != sorted(TAG.findall(translated))
            ):
                wrong.append((english, translated))
    assert wrong == []


def test_texts_that_are_no_formats_have_no_values(catalog):
    """A percent sign is doubled exactly where the text is filled in."""
    wrong = [
        (english, translated)
        for message in catalog
        if message.id
        for english, translated in forms(message)
        if ("%%" in english or "%(" in english) and re.search(r"%(?![%(])", VALUE.sub("", translated))
    ]
    assert wrong == []


def test_translations_begin_and_end_like_their_texts(catalog):
    """Texts that are joined by code have spaces at their ends."""
    wrong = [
        (english, translated)
        for message in catalog
        if message.id
        for english, translated in forms(message)
        if str(catalog.locale) == "es" and (english != english.lstrip()) != (translated != translated.lstrip())
    ]
    assert wrong == []


def test_traditional_chinese_is_converted_from_simplified(tmp_path):
    source = tmp_path / "zh_Hans" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    plural = 'msgid "%(num)s file"\nmsgid_plural "%(num)s files"\nmsgstr[0] "%(num)s 个文件"\n'
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'
    title = 'msgctxt "job"\nmsgid "Title"\nmsgstr "职位"\n\n'
    source.write_text(f'{head}{title}msgid "Data quality"\nmsgstr "数据质量"\n\n{plural}', encoding="utf-8")
    built = catalogs.build(tmp_path)
    assert [path.parts[-3] for path in built] == ["zh_Hans", "zh_Hant"]
    with built[1].open("rb") as file:
        texts = GNUTranslations(file)
    assert texts.gettext("Data quality") == "資料品質"
    assert texts.pgettext("job", "Title") == "職位"
    assert texts.ngettext("%(num)s file", "%(num)s files", 1) == "%(num)s 個檔案"
    assert texts.gettext("not translated") == "not translated"
    assert catalogs.build(tmp_path) == []
