"""Several email addresses in one cell."""

from __future__ import annotations

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
    ],
)
def test_each_address_is_read_without_the_names(text):
    assert split_emails(text) == ["li@hd.cn", "wang@hd.cn"]


def test_slash_of_an_address_stays():
    assert split_emails("sales/east@hd.cn") == ["sales/east@hd.cn"]
