"""Why a server did not start is told from its log, in which a killed one may be speaking too."""

from pathlib import Path

from clinic.embedded import cluster

OLD = "2026-01-01 UTC [{}] FATAL:  terminating connection due to unexpected postmaster exit\n"
HELD = "2026-01-01 UTC [99] FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use\n"


def why(log: Path, words: str) -> str:
    log.write_text(words)
    return cluster.why_not_started(log.parent, log, 0)


def test_server_when_a_killed_ones_backends_speak_last_then_still_seen_to_be_held_by_it(tmp_path: Path):
    told = why(tmp_path / "pg.log", OLD.format(1) + HELD + OLD.format(2) + OLD.format(3))

    assert cluster.is_held_by_an_old_server(told)


def test_server_when_something_else_is_wrong_then_that_is_told(tmp_path: Path):
    told = why(tmp_path / "pg.log", OLD.format(1) + "FATAL:  could not open file\n" + OLD.format(2))

    assert "could not open file" in told
    assert not cluster.is_held_by_an_old_server(told)
