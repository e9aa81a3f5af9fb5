"""Chunks: values in lists that fit into a statement."""

from __future__ import annotations

from crm.core.data.chunks import chunked


def test_values_are_split_into_lists_of_at_most_the_size():
    assert [len(part) for part in chunked(range(1001))] == [500, 500, 1]
    assert list(chunked("abcde", 2)) == [["a", "b"], ["c", "d"], ["e"]]
    assert list(chunked([])) == []
