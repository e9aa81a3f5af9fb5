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
    ],
)
def test_labeled_owner_has_its_whole_name(value, name):
    assert find_owner(Paragraph.of(value), []) == name
