"""Breached passwords are found in a sorted file by halving: each that is there, and none that is not."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from clinic.authorization.breaches import BreachedPasswordValidator, complaint, is_listed


def sha1(word: str) -> str:
    return hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper()


def listed(path: Path, words: list[str], *, ending: str = "\r\n", count: str = ":17") -> Path:
    path.write_bytes("".join(f"{digest}{count}{ending}" for digest in sorted(map(sha1, words))).encode())
    return path


@pytest.mark.parametrize(("ending", "count"), [("\r\n", ":3"), ("\n", ":1234567"), ("\n", "")])
def test_each_word_of_a_list_when_looked_up_then_found_and_no_other(tmp_path, ending, count):
    words = [f"word-{number}" for number in range(1000)]
    path = listed(tmp_path / "list", words, ending=ending, count=count)

    assert all(is_listed(word, path) for word in words)
    assert not any(is_listed(f"other-{number}", path) for number in range(1000))


@given(words=st.lists(st.text(max_size=5), max_size=12, unique=True), other=st.text(max_size=5))
def test_lookup_when_compared_with_a_set_then_the_same(tmp_path_factory, words, other):
    path = listed(tmp_path_factory.mktemp("lists") / "list", words)

    assert is_listed(other, path) == (other in words)
    assert all(is_listed(word, path) for word in words)


def test_password_when_listed_then_refused_and_another_is_not(tmp_path, settings: Any):
    settings.BREACHED_PASSWORDS = str(listed(tmp_path / "list", ["granite-lantern-52"]))

    with pytest.raises(ValidationError, match="become known"):
        BreachedPasswordValidator().validate("granite-lantern-52")
    BreachedPasswordValidator().validate("granite-lantern-53")


def test_password_when_the_list_has_gone_then_refused_and_not_passed_unchecked(tmp_path, settings: Any):
    settings.BREACHED_PASSWORDS = str(tmp_path / "gone")

    with pytest.raises(ValidationError, match="cannot be checked"):
        BreachedPasswordValidator().validate("granite-lantern-52")


def test_file_when_it_is_no_such_list_then_the_start_is_told_why(tmp_path):
    good, text, turned = listed(tmp_path / "good", ["a", "b", "c"]), tmp_path / "text", tmp_path / "turned"
    text.write_text("password\n123456\n")
    turned.write_text("".join(f"{digest}\n" for digest in sorted(map(sha1, "abcdefgh"), reverse=True)))

    assert complaint(good) == ""
    assert "no list" in complaint(text)
    assert "not in order" in complaint(turned)
    assert "cannot be read" in complaint(tmp_path / "gone")
