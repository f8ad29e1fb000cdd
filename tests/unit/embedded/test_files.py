"""When the folder of the files may be prepared, and when a disk must be missing."""

from pathlib import Path

import pytest

from clinic.embedded.files import prepare_files
from clinic.embedded.unavailable import Unavailable
from clinic.storage.local import LocalObjectStore


def is_prepared(home: Path) -> bool:
    return LocalObjectStore(home / "files").is_there()


def test_files_when_the_home_is_new_then_prepared_and_the_next_start_finds_them(tmp_path: Path) -> None:
    prepare_files(tmp_path)
    (tmp_path / "pg").mkdir()

    prepare_files(tmp_path)

    assert is_prepared(tmp_path)


@pytest.mark.parametrize("made", ["pg", "static"])
def test_files_when_they_are_away_then_one_line_and_no_folder_in_their_place(tmp_path: Path, made: str) -> None:
    (tmp_path / made).mkdir()

    with pytest.raises(Unavailable, match="is its disk not mounted"):
        prepare_files(tmp_path)

    assert not (tmp_path / "files").exists()


def test_files_when_only_the_mount_point_is_left_then_refused(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    (tmp_path / "files" / "lost+found").mkdir(parents=True)

    with pytest.raises(Unavailable, match=r"empty: .*prepare_files"):
        prepare_files(tmp_path)

    assert not is_prepared(tmp_path)


def test_files_when_from_before_there_were_notes_then_they_get_one(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    (tmp_path / "files" / "a7").mkdir(parents=True)

    prepare_files(tmp_path)

    assert is_prepared(tmp_path)
