"""Text below the quoted email or between its lines: answers count, what programs write there does not."""

from __future__ import annotations

from datetime import date

import pytest

from crm.answers.replies import is_digest_answer, is_item_answer, own_text

pytestmark = pytest.mark.one_engine

TODAY = date(2026, 12, 8)
QUOTE = "On Tue, Dec 8, 2026 Center <crm@center.example> wrote:\n> Price to Zhou. Reply with done, no answer or a"


def read_item(text: str) -> str:
    return own_text(text, lambda line: is_item_answer(line, TODAY))


def read_digest(text: str) -> str:
    return own_text(text, lambda line: is_digest_answer(line, TODAY))


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        (f"{QUOTE} date.\n> 6 y\n\n5 done\n-- \nAnna", "5 done"),
        ("> 5 x\n\n5 done\n\n> 6 y\n\n6 thu", "5 done\n6 thu"),
        ("> 5 x\n\n5 done, 3 of 4 passed\nThey want a price.\n", "5 done, 3 of 4 passed\nThey want a price."),
        ("> 5 x\n\n5 done\n> 6 y", ""),
        ("> 5 x\n5 done\n\n> 6 y", ""),
        ("> 5 Price to Zhou and\n12 others\n> 6 y", ""),
        ("> 5 Price to Zhou and\n\n12 others\n\n> 6 y", ""),
        ("> 5 x\n\nThis email and any attachments are confidential.\n", ""),
        ("-----Original Message-----\nFrom: Center\n\n5 x", ""),
        ("> 5 x", ""),
    ],
)
def test_text_below_a_quoted_digest_counts_if_it_answers(text, typed):
    assert read_digest(text) == typed


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        (f"{QUOTE} date.\n\ndone\n", "done"),
        (f"{QUOTE} date.\n\n没接通，明天再打\n", "没接通，明天再打"),
        (f"{QUOTE} date.\n\nyes 30m, good talk\nHe will call.", "yes 30m, good talk\nHe will call."),
        (f"{QUOTE} date.\n\nthu\n\n> Open: http://localhost/a/1", "thu"),
        (f"{QUOTE}\ndate.\n> Open: http://localhost/a/1", ""),
        (f"{QUOTE} date or\ndone\n> Open: http://localhost/a/1", ""),
        (f"{QUOTE} date.\n\nThis email and any attachments are confidential.", ""),
        (f"{QUOTE} date.\n\nNo virus found in this message.", ""),
        (f"{QUOTE} date.\n\nNo. 12 Jianguo Road", ""),
        (f"{QUOTE} date.\n\nLi called back.", ""),
    ],
)
def test_text_below_a_quoted_reminder_counts_if_it_is_an_answer(text, typed):
    assert read_item(text) == typed


def test_text_above_the_quote_counts_alone():
    assert read_digest("5 done\n\n> 5 x\n\n6 thu") == "5 done"
    assert read_item(f"Li called back.\n\n{QUOTE} date.\n\ndone") == "Li called back."
