import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from clinic.models import Case, Upload
from clinic.storage.errors import StorageDown, StorageFull
from clinic.storage.local import LocalObjectStore
from tests.contract.asking import Api
from tests.make import Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]

RAW = "application/octet-stream"
LETTER = b"Dear colleague, the film shows nothing new.\n" * 50
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def add_raw(api: Api, case: Case, data: bytes, name: str = "letter.txt", **query: str) -> Any:
    more = "".join(f"&{key}={value}" for key, value in query.items())
    return api("POST", f"cases/{case.pk}/uploads?name={name}{more}", data=data, content_type=RAW)


def form(**files: SimpleUploadedFile) -> dict[str, Any]:
    return {"data": encode_multipart(BOUNDARY, files), "content_type": MULTIPART_CONTENT}


def add_form(api: Api, case: Case, data: bytes, name: str = "letter.txt", query: str = "") -> Any:
    file = SimpleUploadedFile(name, data, content_type="text/plain")
    return api("POST", f"cases/{case.pk}/uploads{query}", **form(file=file))


@pytest.fixture
def kept(own_store: LocalObjectStore) -> Iterator[Any]:
    """How many objects the store holds, drafts too."""
    yield lambda: sum(1 for path in own_store.folder.rglob("*/*") if path.is_file())


def test_raw_body_is_stored_and_given_back(api_a: Api, case_a: Case) -> None:
    made = add_raw(api_a, case_a, LETTER)

    assert made.status_code == 201
    told = made.json()
    assert (told["size"], told["sha256"]) == (len(LETTER), hashlib.sha256(LETTER).hexdigest())
    assert told["name"] == "letter.txt"
    content = api_a.get(f"uploads/{told['id']}/content")
    assert content.getvalue() == LETTER
    assert content["Content-Disposition"].startswith("attachment")
    assert content["X-Content-Type-Options"] == "nosniff"
    assert api_a.get(f"uploads/{told['id']}").json() == told
    assert api_a.get(f"cases/{case_a.pk}/uploads").json()["results"] == [told]


def test_form_is_stored_and_the_same_bytes_are_the_same_upload(api_a: Api, case_a: Case, kept: Any) -> None:
    made = add_form(api_a, case_a, LETTER)
    again = add_raw(api_a, case_a, LETTER, name="copy.txt")

    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json() == again.json()
    assert kept() == 1


def test_content_decides_about_the_type(api_a: Api, case_a: Case) -> None:
    made = add_raw(api_a, case_a, PDF, name="letter.pdf")

    assert (made.json()["kind"], made.json()["content_type"]) == ("document", "application/pdf")
    lying = add_raw(api_a, case_a, PDF, name="picture.png")
    assert (lying.status_code, lying.json()["code"]) == (415, "type_mismatch")
    program = add_raw(api_a, case_a, b"MZ\x90\x00" + bytes(200), name="tool.txt")
    assert (program.status_code, program.json()["code"]) == (415, "type_not_allowed")
    assert program.json()["detail"].startswith("Files of this type are not taken. Found: a program. Taken: JPEG,")
    assert lying.json()["detail"].startswith(
        "The content of the file is not what the end of its name says (.png). Found: PDF. Taken: JPEG,"
    )


@pytest.mark.parametrize("add", [add_raw, add_form])
def test_empty_file_is_refused(api_a: Api, case_a: Case, add: Any, kept: Any) -> None:
    answer = add(api_a, case_a, b"")

    assert (answer.status_code, answer.json()["code"]) == (422, "empty_file")
    assert kept() == 0


@pytest.mark.parametrize("told", ["1", str(len(LETTER) + 1), str(10**9)])
def test_body_that_ends_early_is_cut_off_and_leaves_nothing(api_a: Api, case_a: Case, kept: Any, told: str) -> None:
    """Of a length told too small only that much is read."""
    answer = api_a("POST", f"cases/{case_a.pk}/uploads?name=a.txt", data=LETTER, content_type=RAW, CONTENT_LENGTH=told)

    if told == "1":
        assert answer.json()["size"] == 1
    else:
        assert (answer.status_code, answer.json()["code"]) in {(400, "cut_off"), (413, "too_large")}
        assert kept() == 0


@pytest.mark.parametrize("part", [0.05, 0.3, 0.6, 0.9, 0.99])
def test_form_that_ends_early_is_cut_off_and_leaves_nothing(api_a: Api, case_a: Case, kept: Any, part: float) -> None:
    whole = form(file=SimpleUploadedFile("letter.txt", LETTER * 100, content_type="text/plain"))
    sent = whole["data"][: int(len(whole["data"]) * part)]

    answer = api_a(
        "POST",
        f"cases/{case_a.pk}/uploads",
        data=sent,
        content_type=whole["content_type"],
        CONTENT_LENGTH=str(len(whole["data"])),
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "cut_off")
    assert kept() == 0


def test_length_that_is_not_told_is_asked_for(api_a: Api, case_a: Case) -> None:
    address = f"cases/{case_a.pk}/uploads?name=a.txt"

    chunked = api_a("POST", address, data=LETTER, content_type=RAW, headers={"Transfer-Encoding": "chunked"})
    odd = api_a("POST", address, data=LETTER, content_type=RAW, CONTENT_LENGTH="many")

    assert (chunked.status_code, chunked.json()["code"]) == (411, "length_needed")
    assert odd.status_code in (411, 422)


@pytest.mark.parametrize("content_type", [RAW, MULTIPART_CONTENT])
def test_file_too_large_is_refused_before_it_is_read(api_a: Api, case_a: Case, kept: Any, content_type: str) -> None:
    address = f"cases/{case_a.pk}/uploads?name=a.txt"

    answer = api_a("POST", address, data=b"x", content_type=content_type, CONTENT_LENGTH=str(5 * 10**9))

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert kept() == 0


def test_form_of_a_thousand_files_leaves_none(api_a: Api, case_a: Case, kept: Any) -> None:
    many = {f"file{number}": SimpleUploadedFile("a.txt", b"%d" % number) for number in range(1000)}

    answer = api_a("POST", f"cases/{case_a.pk}/uploads", **form(**many))

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert kept() == 0


@pytest.mark.parametrize(
    "add", [add_raw, lambda api, case, data, sha256: add_form(api, case, data, query=f"?sha256={sha256}")]
)
def test_another_file_than_announced_is_refused(api_a: Api, case_a: Case, add: Any, kept: Any) -> None:
    answer = add(api_a, case_a, LETTER, sha256="0" * 64)

    assert (answer.status_code, answer.json()["code"]) == (422, "digest_mismatch")
    assert kept() == 0
    assert add(api_a, case_a, LETTER, sha256=hashlib.sha256(LETTER).hexdigest().upper()).status_code == 201


def test_form_takes_exactly_one_file(api_a: Api, case_a: Case, kept: Any) -> None:
    address, file = f"cases/{case_a.pk}/uploads", SimpleUploadedFile("a.txt", LETTER, content_type="text/plain")
    two = form(file=file, other=SimpleUploadedFile("b.txt", LETTER + b"b", content_type="text/plain"))

    for wrong in (two, form(other=file), form()):
        answer = api_a("POST", address, **wrong)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])
        assert kept() == 0


def test_raw_body_without_a_name_and_other_types_are_refused(api_a: Api, case_a: Case) -> None:
    address = f"cases/{case_a.pk}/uploads"

    assert api_a("POST", address, data=LETTER, content_type=RAW).json()["errors"].keys() == {"name"}
    assert api_a("POST", f"{address}?name=a", data=LETTER, content_type="text/plain").status_code == 415
    assert api_a.post(f"{address}?name=a", {"file": "base64"}).status_code == 415
    assert api_a("POST", address, data=b"--x", content_type="multipart/form-data").status_code == 400


def test_closed_case_is_refused_before_the_body_is_read(api_a: Api, case_a: Case, kept: Any) -> None:
    api_a.post(f"cases/{case_a.pk}/move", {"to": "closed"})

    assert add_raw(api_a, case_a, LETTER).json()["code"] == "case_is_closed"
    assert add_form(api_a, case_a, LETTER).json()["code"] == "case_is_closed"
    assert kept() == 0


@pytest.mark.parametrize(
    ("trouble", "status", "code"), [(StorageDown, 503, "storage_down"), (StorageFull, 507, "storage_full")]
)
@pytest.mark.parametrize("add", [add_raw, add_form])
def test_store_in_trouble_leaves_no_row(
    api_a: Api,
    case_a: Case,
    monkeypatch: pytest.MonkeyPatch,
    in_site_a: Person,
    trouble: type[Exception],
    status: int,
    code: str,
    add: Any,
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise trouble

    monkeypatch.setattr(LocalObjectStore, "sink", fail)

    answer = add(api_a, case_a, LETTER * 5000)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Upload.objects.exists()


# --- download ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def letter(api_a: Api, case_a: Case) -> str:
    return f"uploads/{add_raw(api_a, case_a, LETTER).json()['id']}/content"


SIZE = len(LETTER)


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=-5", SIZE - 5, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        ("bytes=5-999999999", 5, SIZE),
        ("bytes=-999999", 0, SIZE),
    ],
)
def test_range_gives_those_bytes(api_a: Api, letter: str, asked: str, start: int, stop: int) -> None:
    answer = api_a.get(letter, headers={"Range": asked})

    assert answer.status_code == 206
    assert answer.getvalue() == LETTER[start:stop]
    assert answer["Content-Range"] == f"bytes {start}-{stop - 1}/{SIZE}"
    assert answer["Content-Length"] == str(stop - start)


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,3-4", "bytes=a-b", "bytes=-", "lines=1-2", "bytes=9-3", "bytes=" + "9" * 30]
)
def test_range_that_is_none_gives_the_whole(api_a: Api, letter: str, asked: str) -> None:
    answer = api_a.get(letter, headers={"Range": asked})

    assert (answer.status_code, answer.getvalue()) == (200, LETTER)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=999999999-", "bytes=-0"])
def test_range_beyond_the_end_is_refused(api_a: Api, letter: str, asked: str) -> None:
    answer = api_a.get(letter, headers={"Range": asked})

    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_there")


def test_tag_saves_a_second_download(api_a: Api, letter: str) -> None:
    tag = api_a.get(letter)["ETag"]

    assert api_a.get(letter, headers={"If-None-Match": tag}).status_code == 304
    assert api_a.get(letter, headers={"If-Range": '"other"', "Range": "bytes=0-1"}).status_code == 200
    assert api_a("HEAD", letter)["Content-Length"] == str(SIZE)


def test_picture_is_given_to_whoever_asks_for_pictures_only(api_a: Api, letter: str) -> None:
    assert api_a.get(letter, headers={"Accept": "image/*"}).status_code == 200


def test_name_with_line_breaks_does_no_harm(api_a: Api, case_a: Case) -> None:
    made = add_raw(api_a, case_a, LETTER, name="a%0D%0ASet-Cookie%3A%20x%3D1%22%5C.txt")

    answer = api_a.get(f"uploads/{made.json()['id']}/content")

    assert "\n" not in answer["Content-Disposition"]
    assert "Set-Cookie" not in answer.headers


def test_object_when_the_store_is_away_is_not_called_damaged(api_a: Api, letter: str, own_store, tmp_path) -> None:
    own_store.folder.rename(tmp_path / "away")

    answer = api_a.get(letter)

    assert (answer.status_code, answer.json()["code"]) == (503, "storage_down")


def test_damaged_object_is_not_shown(api_a: Api, letter: str, own_store: LocalObjectStore) -> None:
    (stored,) = (path for path in own_store.folder.rglob("*/*") if path.is_file())
    stored.write_bytes(stored.read_bytes()[:-1])

    answer = api_a.get(letter)

    assert (answer.status_code, answer.json()["code"]) == (500, "object_damaged")
