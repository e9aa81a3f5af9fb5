"""The preview of a sentence says whether someone was reached."""

from __future__ import annotations

import pytest

OUTCOMES = {
    "lm for Wang": "<b>Call</b>Held\xa0· Message left",
    "called Wang, no answer": "<b>Call</b>Held\xa0· No answer",
    "email from Wang": "<b>Email</b>Held\xa0· Talked",
    "emailed Wang": "<b>Email</b>Held\xa0· One-way",
    "called Wang 20m": "<b>Call</b>Held",
}


@pytest.mark.parametrize(("sentence", "text"), OUTCOMES.items())
def test_preview_says_whether_someone_was_reached(web, wang, sentence, text):
    page = web.post("/interactions/log", data={"sentence": sentence}).text
    assert f'<span class="pick">{text}</span>' in page
