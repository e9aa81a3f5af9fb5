"""When two existing records are listed as possible duplicates."""

from __future__ import annotations

import pytest

from crm.duplicates.policy import MAX_NAMESAKES, SUSPECT_FROM, is_suspect
from crm.names.matching import LIKELY


@pytest.mark.parametrize(
    ("score", "namesakes", "same_organization", "same_point", "expected"),
    [
        (LIKELY, MAX_NAMESAKES + 1, True, False, True),
        (LIKELY, MAX_NAMESAKES + 1, False, True, True),
        (LIKELY - 0.01, 0, True, True, False),
        (SUSPECT_FROM, MAX_NAMESAKES, False, False, True),
        (SUSPECT_FROM, MAX_NAMESAKES + 1, False, False, False),
        (SUSPECT_FROM - 0.01, 0, False, False, False),
    ],
)
def test_pair_is_suspect_by_names_and_by_what_both_share(score, namesakes, same_organization, same_point, expected):
    suspect = is_suspect(score, namesakes, same_organization=same_organization, same_point=same_point)
    assert suspect is expected
