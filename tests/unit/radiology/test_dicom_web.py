import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pydicom
import pytest
from pydicom import Dataset

from radiology.dicom import web_answers as answers
from radiology.dicom.peers import NotAllowed
from radiology.dicom.web_client import WebPeer
from radiology.inference.dicom_files import dicom_file

MULTIPART = 'multipart/related; type="application/dicom"; boundary=x'
RAMP = np.linspace(0, 4095, 16 * 16).reshape(16, 16).astype(np.uint16)


def film(**more) -> Dataset:
    return pydicom.dcmread(io.BytesIO(dicom_file(RAMP, bits=12, more=more)))


def asked(level: str = "studies", **parameters: str) -> answers.Query:
    return answers.query({name: [value] for name, value in parameters.items()}, level=level)


@pytest.mark.parametrize(
    ("parameters", "is_found"),
    [
        ({}, True), ({"PatientName": "rnd*"}, True), ({"PatientName": "RND?"}, True), ({"PatientName": "RND"}, False),
        ({"StudyDate": "20240101-20240131"}, True), ({"StudyDate": "-20231231"}, False),
        ({"StudyDate": "20240110-"}, True), ({"00080020": "20240110"}, True),
        ({"StudyInstanceUID": "1.2.3,1.2.4"}, True), ({"StudyInstanceUID": "1.2.4"}, False),
        ({"PatientName": "[RND]1"}, False), ({"StudyDescription": "*"}, True),
    ],
)  # fmt: skip
def test_a_search_finds_what_the_standard_says(parameters, is_found):
    found = film(PatientName="RND1", StudyDate="20240110", StudyInstanceUID="1.2.3")
    assert answers.matches(found, asked(**parameters)) is is_found


@pytest.mark.parametrize("parameters", [{"PixelData": "x"}, {"Nonsense": "x"}, {"limit": "-1"}, {"offset": "many"}])
def test_a_search_that_cannot_be_answered_is_refused_not_ignored(parameters):
    with pytest.raises(answers.BadRequest):
        asked(**parameters)


def test_limits_are_kept():
    assert asked(limit="100000").limit == answers.MOST_ANSWERS
    assert asked("instances", includefield="ImageType,00280030").include == ("ImageType", "PixelSpacing")


def test_an_answer_has_the_attributes_of_its_level_and_never_pixels():
    told = answers.answer(film(PatientID="RND1"), level="series", include=["PixelData", "ViewPosition"])
    assert told["00100020"]["Value"] == ["RND1"]
    assert told["00080060"]["Value"] == ["DX"]
    assert told["00185101"]["Value"] == ["PA"]
    assert "7FE00010" not in told
    assert "00080018" not in told
    assert Dataset.from_json(json.dumps(told)).Modality == "DX"


def test_metadata_names_an_address_instead_of_pixels():
    told = answers.metadata(film(), bulk_url="https://here/studies/1/series/2/instances/3")
    assert told["7FE00010"]["BulkDataURI"].endswith("/3/frames")
    assert told["00280010"]["Value"] == [16]


def test_several_files_go_out_and_come_in_as_they_were():
    files = [dicom_file(RAMP, bits=12), b"with\r\nlines\r\n--in it", b""]
    sent = answers.several([[data[:7], data[7:]] for data in files])
    assert answers.parts_of(b"".join(sent.body), sent.content_type) == files


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", MULTIPART), (b"--x--", "text/plain"),
        (b"--x\r\n\r\n--x--", MULTIPART),
        (b"--x\r\nContent-Type: application/dicom\r\n\r\nabc", MULTIPART),
        (b"--x--", 'multipart/related; type="application/dicom"'),
        (b"--x\r\n\r\n" * 200 + b"--x--", MULTIPART),
    ],
)  # fmt: skip
def test_a_body_that_is_not_what_it_says_is_refused(body, content_type):
    with pytest.raises(answers.BadRequest):
        answers.parts_of(body, content_type)


def test_the_answer_to_a_storing_says_what_became_of_each():
    kept, failed = (
        answers.Stored("1.2", "1.2.3", url="https://here/1.2.3"),
        answers.Stored("1.2", "1.2.4", reason=0xC000),
    )
    assert answers.store_answer([kept])[0] == 200
    assert answers.store_answer([failed])[0] == 409
    status, told = answers.store_answer([kept, failed])
    assert status == 202
    assert told["00081199"]["Value"][0]["00081190"]["Value"] == ["https://here/1.2.3"]
    assert told["00081198"]["Value"][0]["00081197"]["Value"] == [0xC000]


@pytest.mark.parametrize("uid", ["", "../etc", "1.2/3", "1.2 3", "9" * 65, "1..2"])
def test_an_address_names_uids_only(uid):
    answers.demand_uids("1.2.840.10008.1")
    with pytest.raises(answers.BadRequest):
        answers.demand_uids("1.2", uid)


class Server(BaseHTTPRequestHandler):
    """Answers a search, a fetch and a storing; below /moved it leads elsewhere."""

    kept: list[bytes] = []

    def do_GET(self) -> None:
        if "/moved" in self.path:
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
        elif "/instances/" in self.path:
            sent = answers.several([[self.kept[0]]])
            self._say(200, sent.content_type, b"".join(sent.body))
        else:
            told = [answers.answer(film(StudyInstanceUID="1.2.3"), level="studies")]
            self._say(200, answers.JSON_TYPE, json.dumps(told).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.kept[:] = answers.parts_of(body, self.headers["Content-Type"])
        status, told = answers.store_answer(answers.Stored("1.2", "1.2.3", url="http://here") for _ in self.kept)
        self._say(status, answers.JSON_TYPE, json.dumps(told).encode())

    def _say(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args) -> None:
        """Quiet."""


@pytest.fixture
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/dicom-web"
    server.shutdown()
    server.server_close()


def test_our_client_and_what_our_server_says_understand_each_other(address):
    there = WebPeer([address], address)
    data = dicom_file(RAMP, bits=12, more={"StudyInstanceUID": "1.2.3"})
    told = there.store([pydicom.dcmread(io.BytesIO(data))])
    assert len(told.ReferencedSOPSequence) == 1
    assert there.studies(StudyDate="20240101-")[0]["0020000D"]["Value"] == ["1.2.3"]
    assert there.fetch("1.2.3", "1.2.3.4", "1.2.3.5") == pydicom.dcmread(io.BytesIO(data))


def test_a_server_that_leads_elsewhere_is_not_followed(address):
    moved = f"{address}/moved"
    with pytest.raises(NotAllowed):
        WebPeer([moved], moved).studies()
    with pytest.raises(NotAllowed):
        WebPeer([address], f"{address}/other")
