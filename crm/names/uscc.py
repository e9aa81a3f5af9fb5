"""The unified social credit code of Chinese firms (GB 32100-2015). To warn, never to block: issued codes fail too."""

import re
from typing import Literal

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH = 18

UsccProblem = Literal["length", "character", "check_digit"]


def uscc_problem(code: str) -> UsccProblem | None:
    """What is odd about a code: its length, a character that is never used, or the check digit; None when sound."""
    code = normalize_uscc(code)
    if len(code) != _LENGTH:
        return "length"
    if not all(char in _ALPHABET for char in code):
        return "character"
    total = sum(_ALPHABET.index(char) * pow(3, at, 31) for at, char in enumerate(code[:-1]))
    return None if _ALPHABET[(31 - total % 31) % 31] == code[-1] else "check_digit"


def normalize_uscc(code: str) -> str:
    """The code in capitals without blanks and hyphens: also the key for finding doubles."""
    return re.sub(r"[\s-]", "", code).upper()
