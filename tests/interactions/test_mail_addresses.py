"""Addresses in emails of several programs."""

import pytest

from crm.interactions.mail_addresses import Correspondent, parse_addresses


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("", ()),
        ("周立民", (Correspondent("周立民", ""),)),
        ("Li Hui [mailto:LiHui@huayue.example]", (Correspondent("Li Hui", "lihui@huayue.example"),)),
        ("a@b.cn, c@d.cn", (Correspondent("", "a@b.cn"), Correspondent("", "c@d.cn"))),
        (
            "Zhou, Limin <a@b.cn>; Li, Hui <c@d.cn>",
            (Correspondent("Zhou, Limin", "a@b.cn"), Correspondent("Li, Hui", "c@d.cn")),
        ),
        ("张三 <a@b.cn>，李四 <c@d.cn>", (Correspondent("张三", "a@b.cn"), Correspondent("李四", "c@d.cn"))),
        ("a@b.cn <a@b.cn>", (Correspondent("", "a@b.cn"),)),
        ("=?utf-8?B?5ZGo56uL5rCR?= <a@b.cn>", (Correspondent("周立民", "a@b.cn"),)),
        ("=?nonsense?B?5ZGo?= <a@b.cn>", (Correspondent("周", "a@b.cn"),)),
        ("=?utf-8?B?5ZGo5=?= <a@b.cn>", (Correspondent("=?utf-8?B?5ZGo5=?=", "a@b.cn"),)),
        ("zhou@qq.cn <a@b.cn>", (Correspondent("zhou@qq.cn", "a@b.cn"),)),
        ("=?gbk?B?1tyGtA==?= ; a@b.cn", (Correspondent("周喆", ""), Correspondent("", "a@b.cn"))),
    ],
)
def test_parse_addresses_reads_names_and_addresses(text, addresses):
    assert parse_addresses(text) == addresses
