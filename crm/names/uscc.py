"""The unified social credit code (USCC) of Chinese organizations (GB 32100-2015).

Problems are warnings only: some issued codes fail the check.
"""

import re
from typing import Literal

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH = 18

UsccProblem = Literal["length", "character", "check_digit"]


def uscc_problem(code: str) -> UsccProblem | None:
    """Return the problem of a code: its length, an invalid character, or the check digit; None if valid."""
    code = normalize_uscc(code)
    if len(code) != _LENGTH:
        return "length"
    if not all(char in _ALPHABET for char in code):
        return "character"
    total = sum(_ALPHABET.index(char) * pow(3, index, 31) for index, char in enumerate(code[:-1]))
    return None if _ALPHABET[(31 - total % 31) % 31] == code[-1] else "check_digit"


def normalize_uscc(code: str) -> str:
    """Return the code in capitals without spaces and hyphens; also the key to find duplicates."""
    return re.sub(r"[\s-]", "", code).upper()
