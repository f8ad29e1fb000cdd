"""Files by the plain form, one file's page, and its bytes on their way out."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from clinic.actions import cases
from clinic.authorization.roles import Role
from clinic.models import CaseState, Upload
from tests import make
from tests.integration.pages.cases.helpers import text_of

TEXT = b"Referral letter\nFever and cough for four days.\n"


@pytest.fixture
def client(as_person, clinician_a):
    return as_person(clinician_a)


@pytest.fixture
def add(case_a):
    return f"/cases/{case_a.pk}/uploads/"


def file(name="letter.txt", content=TEXT, kind="text/plain"):
    return SimpleUploadedFile(name, content, content_type=kind)


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(drawn, "PNG")
    return drawn.getvalue()


def stored(person) -> list[Upload]:
    with person.at_work():
        found = list(Upload.objects.select_related("case").order_by("added_at"))
        _opened = [upload.name for upload in found]
        return found


# --- the form ---------------------------------------------------------------------------------------------------------


def test_files_when_all_are_taken_then_leads_back_to_the_case(client, add, clinician_a, case_a):
    answer = client.post(add, {"file": [file(), file("film.png", picture(), "image/png")]}, follow=True)

    assert answer.redirect_chain == [(f"/cases/{case_a.pk}/", 302)]
    assert "2 files are stored and checked." in text_of(answer)
    assert [(upload.name, upload.kind) for upload in stored(clinician_a)] == [
        ("letter.txt", "document"),
        ("film.png", "image"),
    ]


def test_files_when_some_are_refused_then_each_is_told_apart(client, add, clinician_a, case_a):
    make.upload(clinician_a, case_a, TEXT, name="before.txt")
    sent = [
        file("again.txt"), file("new.txt", b"Something new.\n"), file("empty.txt", b""),
        file("tool.exe", b"MZ" + b"\0" * 200), file("lie.pdf", picture(), "application/pdf"),
    ]  # fmt: skip

    answer = client.post(add, {"file": sent})

    words = text_of(answer)
    assert answer.status_code == 422
    assert re.search(r"again\.txt The same bytes are in this case already", words)
    assert re.search(r"new\.txt Stored and checked, 15 bytes", words)
    assert re.search(r"empty\.txt The file is empty\. Choose a file with content\.", words)
    assert re.search(r"tool\.exe Files of this type are not taken\.", words)
    assert re.search(r"tool\.exe .* Found: a program\. Taken: JPEG, PNG, .* ZIP\.", words)
    assert re.search(r"lie\.pdf The content of the file is not what its announced type says\. Found: PNG\.", words)
    assert [upload.name for upload in stored(clinician_a)] == ["before.txt", "new.txt"]


def test_form_when_no_file_was_chosen_then_says_so(client, add):
    answer = client.post(add, {})

    assert answer.status_code == 422
    assert "Choose at least one file" in text_of(answer)


def test_form_when_it_brings_too_many_files_then_keeps_none_and_says_so(client, add, clinician_a, own_store):
    answer = client.post(add, {"file": [file(f"{n}.txt", f"File {n}.\n".encode()) for n in range(21)]})

    assert answer.status_code == 422
    assert "At most 20 files at once" in text_of(answer)
    assert not list(own_store.list())
    assert not stored(clinician_a)


def test_file_when_refused_then_leaves_no_object(client, add, clinician_a, own_store):
    client.post(add, {"file": [file("tool.exe", b"MZ" + b"\0" * 200), file("empty.txt", b"")]})

    assert not list(own_store.list())
    assert not stored(clinician_a)


def test_form_when_it_breaks_off_then_nothing_is_kept(client, add, clinician_a, own_store):
    body = encode_multipart(BOUNDARY, {"file": file(content=TEXT * 4000)})

    answer = client.generic(
        "POST", add, body, content_type=MULTIPART_CONTENT, **{"wsgi.input": io.BytesIO(body[:70_000])}
    )

    assert answer.status_code == 400
    assert "cut_off" in answer.content.decode()
    assert not list(own_store.list())
    assert not stored(clinician_a)


def test_form_when_sent_without_its_token_then_nothing_is_kept(as_person, clinician_a, add, own_store):
    strict = as_person(clinician_a)
    strict.handler.enforce_csrf_checks = True

    answer = strict.post(add, {"file": file()})

    assert answer.status_code == 403
    assert not list(own_store.list())
    assert not stored(clinician_a)


def test_form_when_it_brings_its_token_then_is_taken(as_person, clinician_a, case_a, add):
    strict = as_person(clinician_a)
    strict.handler.enforce_csrf_checks = True
    (token, *_same) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', strict.get(add).content.decode())

    answer = strict.post(add, {"csrfmiddlewaretoken": token, "file": file()})

    assert answer.headers["Location"] == f"/cases/{case_a.pk}/"


def test_form_when_another_site_sends_it_then_refused_before_it_is_read(client, add, own_store):
    answer = client.post(add, {"file": file()}, HTTP_SEC_FETCH_SITE="cross-site")

    assert answer.status_code == 403
    assert not list(own_store.list())


def test_form_when_the_case_is_closed_then_refused_before_it_is_read(client, add, clinician_a, case_a, own_store):
    with clinician_a.at_work():
        cases.move(by=clinician_a.actor, case=case_a, to=CaseState.CLOSED)

    assert client.post(add, {"file": file()}).status_code == 409
    assert not list(own_store.list())


def test_form_when_the_case_is_of_another_site_then_refused_before_it_is_read(client, case_b, own_store):
    assert client.post(f"/cases/{case_b.pk}/uploads/", {"file": file()}).status_code == 404
    assert not list(own_store.list())


# --- one file ---------------------------------------------------------------------------------------------------------


def test_upload_when_opened_then_tells_what_is_known_and_is_noted(client, clinician_a, case_a, work_lane):
    upload = make.upload(clinician_a, case_a, TEXT, name="Letter.txt")
    make.run(clinician_a, case_a, inputs=(upload,))
    work_lane("cpu")

    answer = client.get(f"/uploads/{upload.pk}/")

    words = text_of(answer)
    for expected in ("Letter.txt", "Document", "text/plain", "47 bytes", upload.sha256, "Integrity check", "Done"):
        assert expected in words
    assert f"<title>{case_a.reference}, Document · Rounds</title>" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(make.audit_events("upload.read")) == 1


def test_upload_when_a_picture_then_is_shown(client, clinician_a, case_a):
    upload = make.upload(clinician_a, case_a, picture(), name="film.png")

    assert f'<img src="/uploads/{upload.pk}/content/"' in client.get(f"/uploads/{upload.pk}/").content.decode()


@pytest.mark.parametrize("part", ["", "content/"])
def test_upload_when_of_another_site_then_does_not_exist(client, clinician_b, case_b, part):
    upload = make.upload(clinician_b, case_b)

    assert client.get(f"/uploads/{upload.pk}/{part}").status_code == 404


@pytest.mark.parametrize("role", [Role.ADMIN, Role.ENGINEER, Role.AUDITOR, Role.LEAD])
def test_upload_when_the_role_reads_no_files_then_refused(as_person, staff_a, clinician_a, case_a, role):
    upload = make.upload(clinician_a, case_a)

    assert as_person(staff_a[role]).get(f"/uploads/{upload.pk}/content/").status_code == 403


def test_content_when_asked_for_then_comes_whole_and_harmless(client, clinician_a, case_a):
    upload = make.upload(clinician_a, case_a, TEXT, name="Letter.txt")

    answer = client.get(f"/uploads/{upload.pk}/content/")

    assert b"".join(answer.streaming_content) == TEXT
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(make.audit_events("upload.read")) == 1


def test_content_when_a_part_is_asked_for_then_comes_that_part(client, clinician_a, case_a):
    upload = make.upload(clinician_a, case_a, TEXT)

    part = client.get(f"/uploads/{upload.pk}/content/", HTTP_RANGE="bytes=9-14")
    beyond = client.get(f"/uploads/{upload.pk}/content/", HTTP_RANGE="bytes=900-")

    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"letter")
    assert part.headers["Content-Range"] == f"bytes 9-14/{len(TEXT)}"
    assert beyond.status_code == 416


def test_content_when_the_stored_file_was_changed_then_none_of_it_is_shown(client, clinician_a, case_a, own_store):
    upload = make.upload(clinician_a, case_a, TEXT)
    (path,) = [path for path in own_store.folder.rglob("*/*") if path.is_file() and path.stat().st_size > len(TEXT)]
    damaged = bytearray(path.read_bytes())
    damaged[-20] ^= 1
    path.chmod(0o600)
    path.write_bytes(damaged)

    answer = client.get(f"/uploads/{upload.pk}/content/")

    assert answer.status_code == 500
    assert "object_damaged" in answer.content.decode()
    assert not answer.streaming


def test_content_when_the_patient_was_erased_then_is_gone(client, clinician_a, case_a, erased):
    upload = make.upload(clinician_a, case_a, TEXT, name="Ana.txt")
    erased(case_a.patient_id)

    assert client.get(f"/uploads/{upload.pk}/content/").status_code == 410
    page = client.get(f"/uploads/{upload.pk}/")
    assert page.status_code == 200
    assert "Ana" not in text_of(page)
