from hypothesis import given, settings
from hypothesis import strategies as st

from classify.inference.pieces import LONGEST, pieces_of


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab .\n", min_size=1, max_size=600), st.integers(20, 200))
def test_pieces_cover_a_text_and_none_is_too_long(text, longest):
    found = pieces_of(text, longest)
    assert "".join(text[start:end] for start, end in found) == text
    assert all(0 < end - start <= longest for start, end in found)


def test_a_text_is_parted_where_a_paragraph_ends():
    text = "First words. " * 500 + "\n\n" + "Second words. " * 500
    (_, end), _ = pieces_of(text)
    assert text[:end].endswith("\n\n")


def test_a_text_without_any_pause_is_still_parted():
    assert [end - start for start, end in pieces_of("x" * (LONGEST + 2))] == [5001, 5001]
