"""Many cases taken out, of every standing: what the standard says of them, whether they hold, how long each takes; what
pydicom and highdicom read of their films; and capsules of which one byte is changed. `make exports` does it
with 200 and prints the figures."""

import json
import os
import random
import statistics
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from django.utils import timezone
from fhir.resources.R4B.bundle import Bundle
from pydantic import ValidationError

from clinic.actions import exports, notes
from clinic.actions.exports import Form
from clinic.authorization.roles import Role
from clinic.export import capsule_verify
from clinic.models import Case
from tests import make
from tests.integration.export.films import FILMS, film_of, groups, read_by, read_dicom, sign_over
from tests.integration.export.leaving import bundle_in, full_case, signed_case, taken, unpacked, verified
from tests.make import Person
from tests.signing import sign

pytestmark = pytest.mark.django_db
FILE_BYTES, FILES, LINES = 12_000_000, 5, 500 if "EXPORTS" in os.environ else 20
EXPORTS, FLIPS, MOST_S = int(os.environ.get("EXPORTS", "36")), 100, 3.0


def test_cases_of_every_standing_when_taken_out_then_the_standard_finds_no_error_and_all_hold(clinician_a, tmp_path):
    errors, refused, took = 0, 0, []
    for number in range(EXPORTS):
        case, form = _case(clinician_a, number), Form.FHIR if number % 4 == 3 else Form.CAPSULE
        began = time.perf_counter()
        _made, data = taken(clinician_a, case, form)
        took.append(time.perf_counter() - began)
        errors += _errors(json.loads(data) if form == Form.FHIR else bundle_in(data))
        if form == Form.CAPSULE and (number < 8 or "EXPORTS" in os.environ):
            (tmp_path / "capsule.zip").write_bytes(data)
            refused += verified(tmp_path / "capsule.zip")[0]
    _say(f"exports: {EXPORTS}, errors of the standard: {errors}, capsules a bare Python refuses: {refused}")
    _say(f"seconds: median {statistics.median(took):.3f}, most {max(took):.3f}, mark {MOST_S}")
    assert (errors, refused) == (0, 0)


def _case(by: Person, number: int):
    """A third of them unsigned, a third signed with the engine's words, a third with a person's; some amended."""
    case = full_case(by, number) if number % 3 == 0 else signed_case(by, number, takes_over=number % 3 == 1)
    if number % 6 == 5:
        sign(by, case, "Seen again.", "A second look")
    return case


def test_films_of_every_standing_when_taken_out_then_their_reports_are_read_again_in_the_same_study(
    clinician_a, staff_a
):
    reports, captures, took = 0, 0, []
    for number in range(EXPORTS):
        case = _film_case(clinician_a, staff_a[Role.RADIOLOGIST], number)
        began = time.perf_counter()
        _made, data = taken(clinician_a, case)
        took.append(time.perf_counter() - began)
        found = unpacked(data)
        report, capture = (read_dicom(found[f"radiology/film-1.{what}.dcm"]) for what in ("sr", "map"))
        film = read_dicom(next(one for name, one in found.items() if name in FILMS and one[128:132] == b"DICM"))
        is_coded = all(one.finding_type.value for one in groups(report).values())
        is_final = (report.VerificationFlag, report.CompletionFlag) == ("VERIFIED", "COMPLETE")
        reports += is_coded and is_final == (number % 3 > 0) and report.StudyInstanceUID == film.StudyInstanceUID
        captures += capture.StudyInstanceUID == film.StudyInstanceUID and capture.pixel_array.ndim == 3
    _say(f"films: {EXPORTS}, reports read again, same study, coded: {reports}, captures: {captures}")
    _say(f"seconds with a film: median {statistics.median(took):.3f}, most {max(took):.3f}, mark {MOST_S}")
    assert (reports, captures) == (EXPORTS, EXPORTS)


def _film_case(by: Person, reader: Person, number: int) -> Case:
    """A third unsigned, a third signed with the engine's words, a third with the reader's; each fifth was a picture."""
    case = make.case(by)
    film = film_of(by, case, number, as_dicom=number % 5 > 0)
    if number % 3 == 2:
        read_by(reader, film, ("viral", "no_signal", "other")[number % 7 % 3])
    if number % 3:
        sign_over(by, case)
    return case


def _errors(bundle: dict[str, object]) -> int:
    try:
        Bundle.model_validate(bundle)
    except ValidationError as why:
        return why.error_count()
    return 0


def test_capsule_when_one_byte_anywhere_is_changed_then_refused_and_the_place_named(clinician_a, tmp_path):
    at = tmp_path / "capsule.zip"
    _made, data = taken(clinician_a, signed_case(clinician_a))
    places, found = _places(data, at), 0
    edges = [place for begin, end, _name in places for place in (begin, end - 1)]
    chosen = [*edges, *random.Random(7).sample(range(len(data)), FLIPS - len(edges))]
    for place in chosen:
        changed = bytearray(data)
        changed[place] ^= 1 << (place % 8)
        at.write_bytes(changed)
        names = [name for begin, end, name in places if begin <= place < end] or ["the end of the archive"]
        said = _said(at)
        assert any(name in said for name in names), (place, names, said)
        found += 1
    _say(f"flips: {len(chosen)}, refused with the place named: {found}")


def _said(at: Path) -> str:
    try:
        wrong, _manifest = capsule_verify.verify(capsule_verify.Archive(at))
    except (capsule_verify.Wrong, capsule_verify.NoCapsule) as why:
        return str(why)
    return " ".join(wrong)


def _places(data: bytes, at: Path) -> list[tuple[int, int, str]]:
    """Where each file lies with its header, where the list at the end names it, and where that ends."""
    at.write_bytes(data)
    with zipfile.ZipFile(at) as archive:
        files = [(one.header_offset, one.header_offset + 30 + len(one.filename) + one.file_size, one.filename)
                 for one in archive.infolist()]  # fmt: skip
        begin, listed = archive.start_dir, []
    for *_, name in files:
        listed.append((begin, begin + 46 + len(name), name))
        begin = listed[-1][1]
    return [*files, *listed, (begin, len(data), "the end of the archive")]


def test_large_case_when_taken_out_then_in_time_and_memory_holds_little_of_it(clinician_a):
    """Its files leave in pieces; what stays in memory is the story, the bundle and a frame."""
    case = signed_case(clinician_a)
    for number in range(FILES):
        make.upload(clinician_a, case, _recording(number), f"{number}.wav")
    with clinician_a.at_work():
        for number in range(LINES):
            notes.write(by=clinician_a.actor, case=case, body=f"Seen, {number}.")
        began = time.perf_counter()
        size = _size(clinician_a, case)
        took = time.perf_counter() - began
        tracemalloc.start()
        _size(clinician_a, case)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    _say(f"a case of {LINES} notes and {FILES} files: {size / 1e6:.0f} MB in {took:.2f} s, memory {most / 1e6:.0f} MB")
    assert size > FILES * FILE_BYTES and most < FILE_BYTES, (size, most)


def _size(by: Person, case: Case) -> int:
    """All pieces, each let go before the next."""
    fresh = Case.objects.select_related("patient").get(pk=case.pk)
    return sum(map(len, exports.export(by=by.actor, case=fresh, confirmed_at=timezone.now()).pieces))


def _recording(number: int) -> bytes:
    sound = b"\1\0\1\0\x80\x3e\0\0\0\x7d\0\0\2\0\x10\0"  # one channel, 16,000 a second, 16 bits
    head = b"RIFF" + (FILE_BYTES + 36).to_bytes(4, "little") + b"WAVEfmt \x10\0\0\0" + sound
    return head + b"data" + FILE_BYTES.to_bytes(4, "little") + bytes([number]) * FILE_BYTES


def _say(line: str) -> None:
    if "EXPORTS" in os.environ:
        print(f"\n{line}", end="")
