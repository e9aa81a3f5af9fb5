"""Addresses as mails of several programs write them."""

import pytest

from crm.interactions.mail_addresses import Address, read_addresses


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("", ()),
        ("周立民", (Address("周立民", ""),)),
        ("Li Hui [mailto:LiHui@huayue.example]", (Address("Li Hui", "lihui@huayue.example"),)),
        ("a@b.cn, c@d.cn", (Address("", "a@b.cn"), Address("", "c@d.cn"))),
        ("Zhou, Limin <a@b.cn>; Li, Hui <c@d.cn>", (Address("Zhou, Limin", "a@b.cn"), Address("Li, Hui", "c@d.cn"))),
        ("张三 <a@b.cn>，李四 <c@d.cn>", (Address("张三", "a@b.cn"), Address("李四", "c@d.cn"))),
        ("a@b.cn <a@b.cn>", (Address("", "a@b.cn"),)),
        ("=?utf-8?B?5ZGo56uL5rCR?= <a@b.cn>", (Address("周立民", "a@b.cn"),)),
        ("=?nonsense?B?5ZGo?= <a@b.cn>", (Address("=?nonsense?B?5ZGo?=", "a@b.cn"),)),
    ],
)
def test_addresses(text, addresses):
    assert read_addresses(text) == addresses
