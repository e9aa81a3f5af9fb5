"""Names of the prime contractor and owner in emails."""

from __future__ import annotations

import pytest

from crm.projects.lead_mail.organizations import find_owner, find_prime
from crm.projects.lead_mail.text import Paragraph


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The prime contractor is Sichuan Jinyuan Construction Co., Ltd.", "Sichuan Jinyuan Construction Co., Ltd"),
        ("The prime is Jinyuan Water Co., Ltd. They look for valves.", "Jinyuan Water Co., Ltd"),
        ("The contract was awarded to Jinyuan Co. Ltd., a large firm.", "Jinyuan Co. Ltd"),
        ("The prime contractor is Jinyuan Co Ltd", "Jinyuan Co Ltd"),
        ("The prime contractor is Jinyuan Co., Inc. of Reno.", "Jinyuan Co., Inc"),
        ("The prime contractor is Jinyuan Co., a subsidiary of Huadong.", "Jinyuan Co"),
        ("The prime is Jinyuan Co. Bids are due in May.", "Jinyuan Co"),
        ("The prime is Jinyuan Co. Corp bonds are due in May.", "Jinyuan Co"),
        ("The prime contractor is Huadong Group. Ltd will follow.", "Huadong Group"),
        ("The prime contractor is Jinyuan Water Co., LTD. They look for valves.", "Jinyuan Water Co., LTD"),
        ("Jinyuan Water Co., LTD won the EPC contract.", "Jinyuan Water Co., LTD"),
        ("The prime contractor is Jinyuan Co., Limited.", "Jinyuan Co., Limited"),
        ("The prime contractor is Jinyuan Co.,Ltd. They need valves.", "Jinyuan Co.,Ltd"),
        ("The contract was awarded to Jinyuan (Shanghai) Co., Ltd. as prime contractor", "Jinyuan (Shanghai) Co., Ltd"),
        ("The prime is Siemens (China) Ltd., which needs pumps.", "Siemens (China) Ltd"),
        ("The prime contractor is Acme Pte. Ltd. of Singapore", "Acme Pte. Ltd"),
        ("The prime is Huadong (EPC) and needs Jinyuan Ltd", "Huadong"),
        ("The prime contractor is Huadong Group (a unit of Jinyuan Co., Ltd)", "Huadong Group"),
        ("The prime contractor is Limited Brands, a firm", "Limited Brands"),
        ("总包为金源（上海）建设有限公司，", "金源（上海）建设有限公司"),
        ("由华东水务集团承建", "华东水务集团"),
    ],
)
def test_prime_has_its_whole_name(text, name):
    assert find_prime(None, [Paragraph.of(text)]) == name


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Jinyuan Co. Ltd. (EPC)", "Jinyuan Co. Ltd"),
        ("Jinyuan Co., Ltd. They need valves.", "Jinyuan Co., Ltd"),
        ("Jinyuan Co. They need valves.", "Jinyuan Co"),
        ("Jinyuan (Shanghai) Co., Ltd.", "Jinyuan (Shanghai) Co., Ltd"),
        ("Jinyuan (Shanghai) Water Engineering Co., Ltd., Shanghai", "Jinyuan (Shanghai) Water Engineering Co., Ltd"),
        ("Jinyuan Co., LTD. They need valves", "Jinyuan Co., LTD"),
        ("Jinyuan Co., Limited (EPC)", "Jinyuan Co., Limited"),
        ("Jinyuan Co.，Ltd.", "Jinyuan Co.，Ltd"),
        ("Acme, LLC (US)", "Acme, LLC"),
        ("Huadong Water, contact Li Hui", "Huadong Water"),
        ("Huadong Water (subsidiary of Jinyuan Co., Ltd)", "Huadong Water"),
        ("Huadong Water (EPC), Jinyuan Ltd", "Huadong Water"),
        ("金源（上海）建设有限公司", "金源（上海）建设有限公司"),
        ("金源建设有限公司（总包）", "金源建设有限公司"),
        ("中铁四局（待定）", "中铁四局"),
    ],
)
def test_labeled_owner_has_its_whole_name(value, name):
    assert find_owner(Paragraph.of(value), []) == name
