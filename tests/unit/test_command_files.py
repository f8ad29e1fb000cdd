"""What is the caller's mistake stops a command with a sentence, before anything is read or written."""

import gzip
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROW = b'{"id": "a", "text": "Chest pain on effort.", "sentence": "No fever.", "concept": "fever"}\n'
COMMANDS = ("classify_documents", "extract_documents", "extract_assertions")


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_bytes(ROW)
    return path


def refused(command: str, given: Path, out: Path) -> str:
    with pytest.raises(CommandError) as why:
        call_command(command, str(given), "--jsonl", str(out))
    return str(why.value)


@pytest.mark.parametrize("command", COMMANDS)
def test_same_file_in_and_out_is_refused_and_kept(command, given, tmp_path):
    link = tmp_path / "link.jsonl"
    link.symlink_to(given)

    for out in (given, link):
        assert "would empty it" in refused(command, given, out)
    assert given.read_bytes() == ROW


@pytest.mark.parametrize("command", COMMANDS)
def test_what_cannot_be_read_is_named_and_nothing_written(command, tmp_path):
    out, packed = tmp_path / "out.jsonl", tmp_path / "in.jsonl.gz"
    packed.write_bytes(ROW)

    assert "does not exist" in refused(command, tmp_path / "gone.jsonl", out)
    assert "is a folder" in refused(command, tmp_path, out)
    assert "cannot be read" in refused(command, packed, out)
    assert not out.exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_missing_folder_for_the_lines_is_named(command, given, tmp_path):
    assert "does not exist. Make it first." in refused(command, given, tmp_path / "none" / "out.jsonl")
    assert "is a folder" in refused(command, given, tmp_path)


@pytest.mark.parametrize("command", COMMANDS)
def test_packed_rows_are_read(command, tmp_path):
    packed, out = tmp_path / "in.jsonl.gz", tmp_path / "out.jsonl"
    packed.write_bytes(gzip.compress(ROW))

    call_command(command, str(packed), "--jsonl", str(out))

    assert out.read_text().count("\n") == 1
