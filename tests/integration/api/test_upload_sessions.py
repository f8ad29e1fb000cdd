import hashlib
from typing import Any

import pytest
from django.conf import settings

from clinic.models import Case, UploadChunk
from clinic.storage.local import LocalObjectStore
from tests.contract.asking import Api, as_program
from tests.make import Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]

TEXT = b"".join(b"Line %d of a long letter.\n" % number for number in range(9000))
SHA256 = hashlib.sha256(TEXT).hexdigest()


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CHUNK_BYTES", 64 * 1024)


def cut(data: bytes, size: int = 64 * 1024) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def begin(api: Api, case: Case, **more: Any) -> dict[str, Any]:
    answer = api.post("uploads/sessions", {"case": str(case.pk), "name": "letter.txt", "size": len(TEXT), **more})
    assert answer.status_code == 201
    told: dict[str, Any] = answer.json()
    return told


def send(api: Api, session: dict[str, Any], index: int, data: bytes, sha256: str | None = None) -> Any:
    headers = {"X-Chunk-SHA256": hashlib.sha256(data).hexdigest() if sha256 is None else sha256}
    return api(
        "PUT", f"{session['url']}/chunks/{index}", data=data, content_type="application/octet-stream", headers=headers
    )


def test_pieces_make_the_file(api_a: Api, case_a: Case, own_store: LocalObjectStore) -> None:
    session = begin(api_a, case_a)
    assert (session["chunk_size"], session["received"], session["next_index"], session["state"]) == (
        65536,
        0,
        0,
        "receiving",
    )

    for index, piece in enumerate(cut(TEXT)):
        told = send(api_a, session, index, piece).json()
    made = api_a.post(f"{session['url']}/complete", {"sha256": SHA256})

    assert told["received"] == len(TEXT)
    assert made.status_code == 201
    assert made.json()["sha256"] == SHA256
    assert api_a.get(f"uploads/{made.json()['id']}/content").getvalue() == TEXT
    assert api_a.get(session["url"]).json()["upload"] == made.json()["id"]
    assert api_a.post(f"{session['url']}/complete").status_code == 200
    assert sum(1 for path in own_store.folder.rglob("*/*") if path.is_file()) == 1


def test_piece_sent_twice_counts_once(api_a: Api, case_a: Case, in_site_a: Person) -> None:
    session, (first, *_rest) = begin(api_a, case_a), cut(TEXT)

    answers = [send(api_a, session, 0, first) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[-1].json()["next_index"] == 1
    assert UploadChunk.objects.count() == 1
    other = send(api_a, session, 0, b"something else")
    assert (other.status_code, other.json()["code"], other.json()["next_index"]) == (409, "chunk_differs", 1)


def test_piece_out_of_order_is_told_which_comes_next(api_a: Api, case_a: Case) -> None:
    session, pieces = begin(api_a, case_a), cut(TEXT)
    send(api_a, session, 0, pieces[0])

    answer = send(api_a, session, 2, pieces[2])

    assert (answer.status_code, answer.json()["code"], answer.json()["next_index"]) == (409, "chunk_out_of_order", 1)
    assert send(api_a, session, 10**12, pieces[2]).json()["code"] == "chunk_out_of_order"


def test_damaged_empty_and_oversize_pieces_are_refused(api_a: Api, case_a: Case) -> None:
    session = begin(api_a, case_a)

    assert send(api_a, session, 0, b"abc", sha256="0" * 64).json()["code"] == "chunk_damaged"
    assert send(api_a, session, 0, b"abc", sha256="nonsense").json()["code"] == "chunk_damaged"
    assert send(api_a, session, 0, b"").json()["code"] == "chunk_wrong_size"
    longer = send(api_a, session, 0, bytes(64 * 1024 + 1))
    assert (longer.status_code, longer.json()["code"], longer.json()["at_most"]) == (422, "chunk_wrong_size", 65536)
    assert api_a("PUT", f"{session['url']}/chunks/0", data=b"abc", content_type="text/plain").status_code == 415
    assert api_a.get(session["url"]).json()["received"] == 0


def test_file_shorter_longer_or_other_than_announced_is_refused(api_a: Api, case_a: Case) -> None:
    session, pieces = begin(api_a, case_a), cut(TEXT)
    send(api_a, session, 0, pieces[0])
    early = api_a.post(f"{session['url']}/complete")
    for index, piece in enumerate(pieces[1:], start=1):
        send(api_a, session, index, piece)

    assert (early.json()["code"], early.json()["next_index"]) == ("cut_off", 1)
    more = send(api_a, session, len(pieces), b"more").json()
    assert (more["code"], more["expected_size"]) == ("chunk_wrong_size", 0)
    assert api_a.post(f"{session['url']}/complete", {"sha256": "0" * 64}).json()["code"] == "digest_mismatch"
    assert api_a.post(f"{session['url']}/complete", {"sha256": SHA256}).status_code == 201


def test_short_piece_is_refused_and_the_right_one_taken_after_it(api_a: Api, case_a: Case) -> None:
    """Kept, it would have wedged the file: no other piece may come under its number."""
    session, pieces = begin(api_a, case_a), cut(TEXT)

    short = send(api_a, session, 0, TEXT[:100])
    for index, piece in enumerate(pieces):
        assert send(api_a, session, index, piece).status_code == 200
        if index == len(pieces) - 2:
            assert send(api_a, session, index + 1, pieces[-1] + b"x").json()["expected_size"] == len(pieces[-1])

    assert (short.status_code, short.json()["code"], short.json()["expected_size"]) == (422, "chunk_wrong_size", 65536)
    assert "65536" in short.json()["detail"]
    assert api_a.post(f"{session['url']}/complete", {"sha256": SHA256}).status_code == 201


@pytest.mark.parametrize(("size", "piece_bytes"), [(3 * 2**20, 65536), (None, 65536), (None, 100)])
def test_what_is_not_taken_is_refused_at_its_first_piece(
    api_a: Api, case_a: Case, own_store: LocalObjectStore, size: int | None, piece_bytes: int
) -> None:
    session = begin(api_a, case_a, name="voice.wav", type="audio/wav", size=size)

    answer = send(api_a, session, 0, b"MZ\x90\x00" * (piece_bytes // 4))

    assert (answer.status_code, answer.json()["code"]) == (415, "type_not_allowed")
    assert "a program" in answer.json()["detail"]
    assert "DICOM" in answer.json()["detail"]
    assert UploadChunk.objects.count() == 0


def test_small_pieces_are_judged_when_enough_of_them_came(api_a: Api, case_a: Case) -> None:
    session = begin(api_a, case_a, name="voice.wav", type="audio/wav", size=None)

    answers = [send(api_a, session, index, piece) for index, piece in enumerate(cut(TEXT[:90_000], 30_000))]

    assert [answer.status_code for answer in answers] == [200, 200, 415]
    assert answers[-1].json()["detail"].startswith("The content of the file is not what its announced type says.")


def test_recording_of_unknown_length_grows_until_it_is_complete(api_a: Api, case_a: Case) -> None:
    session = begin(api_a, case_a, size=None)

    for index, piece in enumerate(cut(TEXT, 10_000)):
        assert send(api_a, session, index, piece).status_code == 200

    assert api_a.post(f"{session['url']}/complete").json()["size"] == len(TEXT)


def test_discarded_session_is_over(api_a: Api, case_a: Case, own_store: LocalObjectStore) -> None:
    session = begin(api_a, case_a)
    send(api_a, session, 0, cut(TEXT)[0])

    assert api_a("DELETE", session["url"]).status_code == 204

    assert send(api_a, session, 1, b"late").json()["code"] == "upload_session_over"
    assert api_a.post(f"{session['url']}/complete").json()["code"] == "upload_session_over"
    assert api_a("DELETE", session["url"]).status_code == 410
    assert not [path for path in own_store.folder.rglob("*/*") if path.is_file()]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"size": 0}, 422, "empty_file"),
        ({"size": 10**12}, 413, "too_large"),
        ({"size": 50_100_000}, 413, "too_large"),
        ({"name": "film.jpg", "size": 10_100_000}, 413, "too_large"),
        ({"type": "image/gif"}, 415, "type_not_allowed"),
        ({"name": "tool.exe"}, 415, "type_not_allowed"),
        ({"type": "audio/wav"}, 415, "type_mismatch"),
        ({"size": -1}, 400, "invalid"),
        ({"size": "9"}, 400, "invalid"),
        ({"size": 1.5}, 400, "invalid"),
        ({"name": ""}, 400, "invalid"),
        ({"chunk_size": 5}, 400, "invalid"),
        ({"case": "x"}, 400, "invalid"),
    ],
)
def test_session_that_cannot_be_is_refused(
    api_a: Api, case_a: Case, change: dict[str, Any], status: int, code: str
) -> None:
    answer = api_a.post("uploads/sessions", {"case": str(case_a.pk), "name": "letter.txt", **change})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "film.jpg", "size": 10_100_000}, "A picture may have at most 10 MB."),
        ({"name": "voice.wav", "size": 50_100_000}, "A sound file may have at most 50 MB."),
        ({"size": 10**12}, "A file may have at most 500 MB."),
        ({"name": "film.gif"}, "Files of this type are not taken. Found: .gif. Taken: JPEG,"),
        ({"type": "image/gif"}, "Files of this type are not taken. Found: image/gif. Taken: JPEG,"),
    ],
)
def test_refusal_names_the_limit_or_what_is_taken(api_a: Api, case_a: Case, change: dict[str, Any], words: str) -> None:
    answer = api_a.post("uploads/sessions", {"case": str(case_a.pk), "name": "letter.txt", **change})

    assert answer.json()["detail"].startswith(words)


@pytest.mark.parametrize("size", [49_900_000, 50_000_000])
def test_file_just_within_its_limit_may_come(api_a: Api, case_a: Case, size: int) -> None:
    answer = api_a.post("uploads/sessions", {"case": str(case_a.pk), "name": "voice.wav", "size": size})

    assert answer.status_code == 201


def test_session_belongs_to_the_one_who_opened_it(api_a: Api, case_a: Case, staff_a: Any, api_b: Api) -> None:
    session = begin(api_a, case_a)
    from clinic.authorization.roles import Role

    for other in (as_program(staff_a[Role.RADIOLOGIST]), api_b):
        assert other.get(session["url"]).status_code == 404
        assert send(other, session, 0, b"abc").status_code == 404
        assert other.post(f"{session['url']}/complete").status_code == 404
        assert other("DELETE", session["url"]).status_code == 404


def test_session_opened_twice_with_one_key_is_one(api_a: Api, case_a: Case) -> None:
    wish = {"case": str(case_a.pk), "name": "letter.txt"}

    first = api_a.post("uploads/sessions", wish, headers={"Idempotency-Key": "one"})
    second = api_a.post("uploads/sessions", wish, headers={"Idempotency-Key": "one"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
