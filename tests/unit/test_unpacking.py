"""Archives that somebody sent: what comes out, and how they end that are made to do harm."""

import io
import os
import stat
import zipfile
from typing import Any

import pytest

from clinic.inference import unpacking
from clinic.inference.unpacking import Limits, Member, Unpackable, members

LIMITS = Limits(files=500, file_bytes=1_000_000, passed_over=frozenset({"dicomdir"}))


def zipped(*files: tuple[Any, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w", how) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return told.getvalue()


def out_of(data: bytes) -> list[Member]:
    return list(members([data], LIMITS))


def test_files_come_out_whole_in_order_without_their_folders():
    found = out_of(zipped(("../../etc/a.png", b"one"), ("b\\c\\d.png", b"two"), ("/e.png", b"three")))

    assert [(one.name, one.data) for one in found] == [("a.png", b"one"), ("d.png", b"two"), ("e.png", b"three")]
    assert found[-1].share == 1


def test_more_than_fits_one_answer_comes_in_several(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(unpacking, "AT_A_TIME_BYTES", 1000)
    data = [os.urandom(700) for _ in range(5)]

    found = out_of(zipped(*[(f"{number}.png", one) for number, one in enumerate(data)]))

    assert [one.data for one in found] == data


def test_what_systems_put_beside_films_is_passed_over():
    found = out_of(zipped(("__MACOSX/a.png", b"x"), (".hidden", b"x"), ("DICOMDIR", b"x"), ("Thumbs.db", b"x"),
                          ("a.png", b"one")))  # fmt: skip

    assert [one.name for one in found] == ["a.png"]


def test_link_is_not_followed():
    link = zipfile.ZipInfo("link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    [found] = out_of(zipped((link, b"/etc/passwd")))

    assert (found.data, found.problem) == (b"", "not_taken_from_archives")


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_of_which_little_becomes_much_is_not_undone(how: int):
    [found] = out_of(zipped(("a.png", bytes(1000)), how=how))

    assert found.problem == "not_taken_from_archives"


def test_file_under_a_password_is_named():
    data = bytearray(zipped(("a.png", b"one")))
    for mark, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + flags_at] |= 1

    assert [one.problem for one in out_of(bytes(data))] == ["encrypted"]


def test_file_that_is_damaged_takes_no_other_with_it():
    data = zipped(("a.png", b"one" * 50), ("b.png", b"two" * 50), how=zipfile.ZIP_STORED)

    found = out_of(data.replace(b"oneone", b"oneOne", 1))

    assert [(one.name, one.problem) for one in found] == [("a.png", "broken"), ("b.png", "")]


def test_file_that_says_less_than_it_is_is_not_believed():
    data = bytearray(zipped(("a.png", bytes(LIMITS.file_bytes + 10))))
    listed = data.find(b"PK\x01\x02")
    data[listed + 24 : listed + 28] = (100).to_bytes(4, "little")

    [found] = out_of(bytes(data))

    assert found.data == b"" and found.problem in ("too_large", "broken")


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"no archive at all", zipped(("a", b"b"))[:-10]], ids=["empty", "head", "text", "cut"]
)  # names of their own: an archive holds the time, and two workers must agree on the names of tests
def test_what_is_no_archive_is_refused_by_a_code(data: bytes):
    with pytest.raises(Unpackable, match="broken"):
        out_of(data)


def test_files_come_out_from_the_one_where_somebody_stopped():
    data = zipped(*[(f"{number}.txt", b"x") for number in range(5)])

    assert [one.name for one in members([data], LIMITS, start=3)] == ["3.txt", "4.txt"]
    assert list(members([data], LIMITS, start=5)) == []


def test_more_files_than_fit_one_answer_come_in_several(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(unpacking, "AT_A_TIME_FILES", 2)

    assert len(out_of(zipped(*[(f"{number}.txt", b"x") for number in range(5)]))) == 5


def test_archive_with_very_many_entries_is_refused(monkeypatch: pytest.MonkeyPatch):
    many = zipped(*[(f"{number}/", b"") for number in range(unpacking.MOST_ENTRIES + 1)], how=zipfile.ZIP_STORED)

    with pytest.raises(Unpackable, match="too_many_files"):
        out_of(many)


def test_file_without_a_name_takes_no_other_with_it():
    data = zipped(("nameless", b"x"), ("film.txt", b"y"), how=zipfile.ZIP_STORED)
    entry, end = data.index(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    size = int.from_bytes(data[end + 12 : end + 16], "little") - len("nameless")
    listed = (
        data[entry : entry + 28] + b"\0\0" + data[entry + 30 : entry + 46] + data[entry + 46 + len("nameless") : end]
    )
    data = data[:entry] + listed + data[end : end + 12] + size.to_bytes(4, "little") + data[end + 16 :]

    assert [one.data for one in out_of(data) if one.name == "film.txt"] == [b"y"]
