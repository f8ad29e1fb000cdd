import random

import pytest

from clinic.inference.near_duplicates import FEWEST_WORDS, Relation, Shelf, Signature, compare, signature

VOCABULARY = [f"word{number}" for number in range(3_000)]


def note(seed: int, count: int = 200) -> list[str]:
    return random.Random(seed).choices(VOCABULARY, k=count)


def text(words: list[str]) -> str:
    return " ".join(words)


def relation(one: str, other: str) -> Relation:
    return compare(signature(one), signature(other)).relation


def changed(words: list[str], share: float) -> list[str]:
    draw = random.Random(9)
    return [draw.choice(VOCABULARY) if draw.random() < share else word for word in words]


def test_the_same_words_in_another_layout_are_the_same():
    assert relation("Pain in the chest, no fever.", "PAIN in the\n\nchest no fever") == Relation.SAME


@pytest.mark.parametrize("copy", [
    lambda words: changed(words, 0.05), lambda words: words[:100], lambda words: words + note(77),
    lambda words: words[100:] + words[:100],
])  # fmt: skip
def test_a_copy_with_changes_is_a_copy(copy):
    told = [relation(text(note(seed)), text(copy(note(seed)))) for seed in range(20)]
    assert told.count(Relation.COPIED) == 20


def test_other_notes_and_notes_with_the_same_closing_words_are_different():
    closing = note(500, 20)
    told = [relation(text(note(seed) + closing), text(note(seed + 1) + closing)) for seed in range(50)]
    assert set(told) == {Relation.DIFFERENT}


def test_a_text_of_few_words_is_only_compared_as_a_whole():
    few = note(1, FEWEST_WORDS - 1)
    assert relation(text(few), text(few[:-1])) == Relation.DIFFERENT
    assert relation(text(few), text(few)) == Relation.SAME
    assert relation("", "...") == Relation.SAME
    assert signature(text(few)).bands == ()


def test_how_much_of_the_shorter_stands_in_the_longer_is_told():
    found = compare(signature(text(note(3))), signature(text(note(3) + note(4))))
    assert found.contained == pytest.approx(1.0, abs=0.2)
    assert found.shared == pytest.approx(0.5, abs=0.15)


def test_a_signature_comes_back_from_its_bytes_and_stays_what_it_is():
    made = signature("The patient was seen in the clinic with chest pain, and she has no fever at all.")
    again = Signature.of_bytes(made.as_bytes())
    assert (again.digest, again.pieces, again.bands) == (made.digest, made.pieces, made.bands)
    assert len(made.as_bytes()) == 532
    assert made.digest.hex() == "778e423e7f0726adeffe7d0377d48a86"
    assert made.bands[0] == 2251235092244060591
    with pytest.raises(ValueError, match="no signature"):
        Signature.of_bytes(made.as_bytes()[:-4])


def test_signatures_with_different_keys_cannot_be_compared():
    ours, theirs = (signature(text(note(5)), key=key) for key in (b"one", b"other"))
    assert compare(ours, theirs).relation == Relation.DIFFERENT
    assert not set(ours.bands) & set(theirs.bands)


def test_a_shelf_finds_the_copy_and_bounds_what_it_compares():
    shelf = Shelf((str(seed), signature(text(note(seed)))) for seed in range(100))
    assert shelf.look(signature(text(note(1_000)))) is None
    name, found = shelf.look(signature(text(changed(note(42), 0.05)))) or ("", None)
    assert name == "42"
    assert found is not None
    assert found.relation == Relation.COPIED
    assert (shelf.look(signature(text(note(7)))) or ("",))[0] == "7"
    many = Shelf((str(number), signature(text(note(1) + note(number, 5)))) for number in range(80))
    assert many.look(signature(text(note(1)))) is not None
    assert len(many._candidates(signature(text(note(1))))) == 50
