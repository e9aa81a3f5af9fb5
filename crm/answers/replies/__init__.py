"""Parse replies to reminders: "5 done, 6 thu, 7 no answer" to a digest, one line to a single email.

Pure, and linear in the length of the text. What isn't certain is returned as a doubt, never guessed.
"""

from .parse import (
    ReplyAnswer,
    ReplyDoubt,
    is_digest_answer,
    is_item_answer,
    parse_digest_reply,
    parse_item_reply,
)
from .quotes import own_text
