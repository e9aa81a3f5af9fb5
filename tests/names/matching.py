"""How the databases match the tokens of a query."""

from crm.names import query_tokens


def finds(query: str, column: str) -> bool:
    """Match as the databases do: Latin tokens as prefixes, CJK tokens exactly."""
    have = column.split()
    expected = query_tokens(query)
    return bool(expected) and all(
        any(token.startswith(want) for token in have) if want.isascii() else want in have for want in expected
    )
