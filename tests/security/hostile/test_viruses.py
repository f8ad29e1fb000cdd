"""With a scanner, a file passes only when the scanner has seen all of it and called it clean."""

import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from clinic.actions import uploads
from clinic.environment import Environment
from clinic.errors import Code, Refusal
from clinic.models import SessionState, Upload, UploadSession
from clinic.viruses import Scanner, Verdict, scanner_from
from tests import make
from tests.security.hostile import samples
from tests.security.hostile.measuring import say

# In two pieces, or scanners find this file.
EICAR = (b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*")
Answer = Callable[[bytes], bytes | None]


def honest(seen: bytes) -> bytes:
    return b"stream: Eicar-Test-Signature FOUND\0" if b"".join(EICAR) in seen else b"stream: OK\0"


@contextmanager
def scanner(place: Path | None = None, answer: Answer = honest) -> Iterator[Scanner]:
    """Speaks as clamd does: over TCP, or over a socket in the file system."""
    server = socket.socket(socket.AF_UNIX) if place else socket.create_server(("127.0.0.1", 0))
    if place:
        server.bind(str(place))
        server.listen()
    thread = threading.Thread(target=_serve, args=(server, answer), daemon=True)
    thread.start()
    name = f"unix:{place}" if place else f"tcp://127.0.0.1:{server.getsockname()[1]}"
    try:
        yield Scanner(name, seconds=1.0)
    finally:
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(2)


def _serve(server: socket.socket, answer: Answer) -> None:
    with suppress(OSError):
        while True:
            line, _ = server.accept()
            with line, suppress(OSError), line.makefile("rb") as heard:
                assert heard.read(10) == b"zINSTREAM\0"
                seen = b""
                while length := struct.unpack(">I", heard.read(4))[0]:
                    seen += heard.read(length)
                if (said := answer(seen)) is not None:
                    line.sendall(said)
                else:
                    heard.read()  # says nothing, until the other hangs up


ODD: dict[str, bytes | None] = {
    "silent": None, "cut off": b"stream: O", "empty": b"\0", "error": b"INSTREAM size limit exceeded. ERROR\0",
    "unknown": b"UNKNOWN COMMAND\0", "other name": b"fd[10]: OK\0", "more": b"stream: OK and more\0",
    "long": b"a" * 9_000,
    "lower": b"stream: ok\0", "not found": b"stream: NOT FOUND, OK\0",
}  # fmt: skip


@pytest.mark.parametrize("way", ["tcp", "unix"])
def test_eicar_is_found_and_honest_files_are_clean(way: str, tmp_path: Path) -> None:
    told: Counter[Verdict] = Counter()
    with scanner(tmp_path / "s" if way == "unix" else None) as asked:
        for format in samples.FORMATS:
            for sample in samples.of(format):
                told[asked.verdict([sample])] += 1
        infected = [asked.verdict([before, *EICAR, after]) for before in (b"", b"a" * 70_000) for after in (b"", b"b")]
    say(f"viruses over {way}: {told[Verdict.CLEAN]} of {told.total()} honest files clean, "
        f"{infected.count(Verdict.INFECTED)} of {len(infected)} found")  # fmt: skip

    assert set(told) == {Verdict.CLEAN} and set(infected) == {Verdict.INFECTED}


@pytest.mark.parametrize("odd", ODD)
def test_scanner_that_is_slow_or_odd_calls_nothing_clean(odd: str) -> None:
    with scanner(answer=lambda seen: ODD[odd]) as asked:
        assert asked.verdict([b"a letter"]) is Verdict.UNKNOWN


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "unix:/nonexistent/clamd"])
def test_scanner_that_is_not_there_calls_nothing_clean(address: str) -> None:
    assert Scanner(address).verdict([b"a letter"]) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("said", "fits"),
    [("", True), ("unix:/run/clamd.ctl", True), ("tcp://scanner:3310", True), ("tcp://scanner", False),
     ("/run/clamd", False), ("http://scanner:3310", False), ("unix:run", False), ("tcp://a@b:1", False),
     ("tcp://a:99999", False)],
)  # fmt: skip
def test_setting_names_a_socket_or_stops_the_start(said: str, fits: bool) -> None:
    environment = Environment({"ROUNDS_CLAMD": said})
    found = scanner_from(environment)
    assert (environment.problems == []) is fits
    assert (found is not None) is (fits and bool(said))


# --- in the house -----------------------------------------------------------------------------------------------------


def kept(store: Any) -> int:
    return sum(1 for path in store.folder.rglob("*/*") if path.is_file())


@pytest.mark.django_db
def test_infected_upload_leaves_nothing(in_site_a: Any, case_a: Any, own_store: Any, settings: Any) -> None:
    with scanner() as settings.VIRUS_SCANNER:
        with pytest.raises(Refusal) as refused:
            uploads.store_whole(by=in_site_a.actor, case=case_a, chunks=EICAR, name="letter.txt")
        make.upload(in_site_a, case_a)

    assert refused.value.code == Code.VIRUS_FOUND
    assert (Upload.objects.count(), kept(own_store)) == (1, 1)


@pytest.mark.django_db
def test_file_in_pieces_waits_unopened_while_the_scanner_is_away(
    in_site_a: Any, case_a: Any, own_store: Any, settings: Any
) -> None:
    letter = b"Seen today, no change.\n"
    opened = uploads.open_session(by=in_site_a.actor, case=case_a, name="letter.txt", declared_size=len(letter))
    uploads.add_chunk(by=in_site_a.actor, session=opened, index=0, data=letter)
    settings.VIRUS_SCANNER = Scanner("tcp://127.0.0.1:9")

    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            uploads.complete(by=in_site_a.actor, session=_fresh(opened))
        assert refused.value.code == Code.SCANNER_DOWN
        assert (_fresh(opened).state, Upload.objects.count(), kept(own_store)) == (SessionState.RECEIVING, 0, 1)

    with scanner() as settings.VIRUS_SCANNER:
        upload, is_new = uploads.complete(by=in_site_a.actor, session=_fresh(opened))
    assert is_new and upload.size == len(letter)


def _fresh(session: UploadSession) -> UploadSession:
    return UploadSession.objects.select_related("case__patient").get(pk=session.pk)
