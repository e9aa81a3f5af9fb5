"""Several email addresses in one cell."""

from __future__ import annotations

import time

import pytest

from crm.imports.readers.values import split_emails


@pytest.mark.parametrize(
    "text",
    [
        "Li Hui <li@hd.cn>; Wang <wang@hd.cn>",
        "Li <li@hd.cn>, wang@hd.cn",
        "li@hd.cn / wang@hd.cn",
        "li@hd.cn|wang@hd.cn",
        "li@hd.cn wang@hd.cn",
        "mailto:li@hd.cn；wang@hd.cn",
        "li@hd.cn <li@hd.cn>; 'wang@hd.cn' <wang@hd.cn>",
        "li@hd.cn <wang@hd.cn>",
        "Li <li@hd.cn> | Wang <wang@hd.cn>",
        "O'Brien <li@hd.cn>/Li <wang@hd.cn>",
        "Li <li@hd.cn>Wang <wang@hd.cn>",
        '"Li, Hui" <mailto:li@hd.cn>，<wang@hd.cn>',
        "Li (@lotus) <li@hd.cn> Wang @ HD <wang@hd.cn>",
    ],
)
def test_each_address_is_read_without_the_names(text):
    assert split_emails(text) == ["li@hd.cn", "wang@hd.cn"]


def test_addresses_before_one_in_brackets_are_kept():
    assert split_emails("li@hd.cn w@x.cn <z@x.cn>") == ["li@hd.cn", "w@x.cn", "z@x.cn"]


def test_invalid_address_beside_one_in_brackets_is_kept_to_be_named():
    assert split_emails("Li <li@hd.cn>; wang@@hd.cn") == ["li@hd.cn", "wang@@hd.cn"]


@pytest.mark.parametrize(
    "text", ["a" * 20_000 + " <", "<" + "@" * 20_000, "<a@" * 7_000, "a@" * 10_000 + "<", "a/" * 10_000 + "<"]
)
def test_long_cell_is_read_in_time_proportional_to_its_length(text):
    begun = time.process_time()
    split_emails(text)
    assert time.process_time() - begun < 2


def test_slash_of_an_address_stays():
    assert split_emails("sales/east@hd.cn") == ["sales/east@hd.cn"]
    assert split_emails("sales/east@hd.cn; Li <li@hd.cn>") == ["sales/east@hd.cn", "li@hd.cn"]
    assert split_emails("sales@hd.cn / w@x.cn / Li <li@hd.cn>/z@x.cn") == [
        "sales@hd.cn",
        "w@x.cn",
        "li@hd.cn",
        "z@x.cn",
    ]
