import stat
from pathlib import Path

import pytest

from clinic.embedded import logs
from clinic.embedded.logs import Logs


def test_log_when_too_long_then_cut_while_its_writer_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MAX_BYTES", 10)
    kept = Logs(tmp_path / "log")
    with kept.open("web") as log:
        log.write(b"a long first line\n")
        log.flush()
        kept.keep_short()
        log.write(b"next\n")

    assert (tmp_path / "log" / "web.log").read_bytes() == b"next\n"
    assert (tmp_path / "log" / "web.log.1").read_bytes() == b"a long first line\n"
    assert stat.S_IMODE((tmp_path / "log" / "web.log").stat().st_mode) == 0o600


def test_last_words_when_nothing_was_said_then_says_so(tmp_path: Path) -> None:
    kept = Logs(tmp_path)
    kept.open("web").close()

    assert kept.last_words("web").startswith("it said nothing (all of it:")
