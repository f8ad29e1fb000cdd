"""Over loopback, with real associations: who may send, what becomes of it, and that nothing is lost on the way."""

import io
import logging
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.uid import JPEG2000Lossless, RLELossless
from pynetdicom import AE, evt

from clinic.errors import Code, Refusal
from clinic.inference import child
from clinic.storage.errors import StorageFull
from radiology.dicom import receiving
from radiology.dicom.listening import Listener
from radiology.dicom.peers import NotAllowed, Peer, application_title, peer, web_address
from radiology.dicom.receiving import Arrival, Status, receive
from radiology.dicom.sending import NoAnswer, echo, send
from radiology.inference.deidentify import Rules, deidentified, patient_key
from radiology.inference.dicom_files import compressed, dicom_file
from radiology.inference.film import Unreadable

KEY = b"of this site"
RAMP = np.linspace(0, 4095, 40 * 32).reshape(40, 32).astype(np.uint16)


@pytest.fixture(scope="module", autouse=True)
def no_nursery_left():
    yield
    child.close()


@pytest.fixture
def listen():
    """Listeners on free ports, closed afterwards; gives the peer to send to."""
    listeners: list[Listener] = []

    def start(receive, *, allow=("MODALITY",), **more) -> Peer:
        listeners.append(Listener(receive, title="ROUNDS", allow=allow, **more))
        return Peer("ROUNDS", "127.0.0.1", listeners[-1].start("127.0.0.1", 0))

    yield start
    for listener in listeners:
        listener.close()


def film(number: int, syntax: str = "") -> bytes:
    more = {
        "PatientID": f"N{number // 2}", "PatientName": f"Person^{number // 2}", "StudyInstanceUID": f"1.2.3.{number}",
        "StudyDate": "20240102", "WindowCenter": "2000", "WindowWidth": "3000", "PatientAge": "044Y", "PatientSex": "F",
    }  # fmt: skip
    data = dicom_file(np.roll(RAMP, number), bits=12, more=more)
    return compressed(data, syntax) if syntax else data


def test_fifty_studies_arrive_with_every_attribute_the_profile_keeps(listen):
    came: list[bytes] = []

    def take(data: bytes, calling_aet: str) -> Status:
        assert calling_aet == "MODALITY"
        came.append(data)
        return Status.KEPT

    sent = [film(number, ("", RLELossless, JPEG2000Lossless)[number % 3]) for number in range(50)]
    clean = [deidentified(data, Rules(patient_key(KEY, "x"), keeps_age_and_sex=True)).data for data in sent]
    answers = send(listen(take), clean, title="MODALITY")
    assert [answer.is_kept for answer in answers] == [True] * 50
    assert len(came) == 50
    for before, after in zip(clean, came, strict=True):
        assert pydicom.dcmread(io.BytesIO(after)) == pydicom.dcmread(io.BytesIO(before))


def test_what_arrives_is_kept_without_its_patient(listen):
    kept: list[Arrival] = []
    take = receiving_of(kept)
    send(listen(take), [film(0), film(1), film(2)], title="MODALITY")
    first, second, third = kept
    assert first.key == second.key != third.key
    assert len({first.study, second.study, third.study}) == 3
    assert (first.calling_aet, first.sex) == ("MODALITY", "F")
    for arrival in kept:
        assert b"Person" not in arrival.data
        assert "Person" not in repr(arrival)
        assert pydicom.dcmread(io.BytesIO(arrival.data)).PatientAge == "044Y"


def receiving_of(kept: list[Arrival]):
    return lambda data, calling_aet: receive(data, calling_aet, keep=kept.append, key=KEY)


def test_echo_is_answered_to_listed_titles_only(listen):
    there = listen(lambda _data, _aet: Status.KEPT)
    assert echo(there, title="MODALITY")
    with pytest.raises(NoAnswer):
        echo(there, title="STRANGER")
    with pytest.raises(NoAnswer):
        echo(Peer("OTHER", there.host, there.port), title="MODALITY")


def test_a_listener_that_would_let_everybody_in_does_not_start():
    with pytest.raises(NotAllowed):
        Listener(lambda _data, _aet: Status.KEPT, title="ROUNDS", allow=[])


def test_an_object_over_the_limit_ends_the_association_and_the_listener_goes_on(listen):
    came: list[bytes] = []

    def take(data: bytes, _calling_aet: str) -> Status:
        came.append(data)
        return Status.KEPT

    there = listen(take, most_bytes=200_000)
    large = dicom_file(np.zeros((1200, 1200), np.uint16), bits=12)
    assert not send(there, [large], title="MODALITY")[0].is_kept
    assert came == []
    assert send(there, [film(1)], title="MODALITY")[0].is_kept


def test_many_small_objects_in_one_association_are_not_one_large_one(listen):
    there = listen(lambda _data, _aet: Status.KEPT, most_bytes=20_000)
    answers = send(there, [film(number) for number in range(60)], title="MODALITY")
    assert all(answer.is_kept for answer in answers)


def test_a_peer_that_takes_pixels_only_unpacked_gets_them_unpacked():
    came: list[bytes] = []
    entity = AE("PLAIN")
    entity.add_supported_context(pydicom.dcmread(io.BytesIO(film(0))).SOPClassUID)

    def take(event) -> int:
        came.append(event.encoded_dataset())
        return 0

    server: Any = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, take)])
    try:
        answers = send(Peer("PLAIN", "127.0.0.1", server.server_address[1]), [film(3, RLELossless)], title="ROUNDS")
    finally:
        server.shutdown()
    assert answers[0].is_kept
    assert np.array_equal(pydicom.dcmread(io.BytesIO(came[0])).pixel_array, np.roll(RAMP, 3))


def _raise(fault: Exception):
    def keep(_arrival: Arrival) -> None:
        raise fault

    return keep


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Refusal(Code.ERASED), Status.REFUSED), (StorageFull(), Status.TRY_AGAIN),
        (RuntimeError("Person^0 in a message"), Status.TRY_AGAIN),
    ],
)  # fmt: skip
def test_whatever_goes_wrong_the_sender_is_told_and_no_log_quotes_it(caplog, fault, status):
    with caplog.at_level(logging.INFO):
        assert receive(film(0), "MODALITY", keep=_raise(fault), key=KEY) == status
    assert "Person" not in caplog.text


def test_what_is_no_dicom_is_not_understood(monkeypatch):
    assert receive(b"something else", "MODALITY", keep=_raise(AssertionError()), key=KEY) == Status.NOT_UNDERSTOOD

    def no_child(_data: bytes) -> None:
        raise Unreadable("child_unavailable")

    monkeypatch.setattr(receiving, "identity_bounded", no_child)
    assert receive(film(0), "MODALITY", keep=_raise(AssertionError()), key=KEY) == Status.TRY_AGAIN
    monkeypatch.setattr(receiving, "MOST_BYTES", 100)
    assert receive(film(0), "MODALITY", keep=_raise(AssertionError()), key=KEY) == Status.NOT_UNDERSTOOD


def test_studies_without_a_patients_number_are_not_one_patient(listen):
    kept: list[Arrival] = []
    nobody = [dicom_file(RAMP, bits=12, more={"PatientID": "", "StudyInstanceUID": uid}) for uid in ("1.2.1", "1.2.2")]
    send(listen(receiving_of(kept)), nobody, title="MODALITY")
    assert kept[0].key != kept[1].key


def test_peers_are_those_of_the_settings():
    listed = ["PACS=pacs.hospital.example:104", "SIX=[::1]:11112", "BAD=nowhere"]
    assert peer(listed, "PACS") == Peer("PACS", "pacs.hospital.example", 104)
    assert peer(listed, "SIX").host == "::1"
    for title in ("BAD", "OTHER", ""):
        with pytest.raises(NotAllowed):
            peer(listed, title)
    for title in ("", "SEVENTEEN LETTERS", "a\\b", "ä"):
        with pytest.raises(NotAllowed):
            application_title(title)


def test_web_addresses_are_those_of_the_settings():
    listed = ["https://pacs.example/dicom-web/"]
    assert web_address(listed, "https://pacs.example/dicom-web") == "https://pacs.example/dicom-web"
    for address in (
        "https://pacs.example/other", "http://pacs.example/dicom-web", "https://pacs.example.evil/dicom-web",
        "https://user@pacs.example/dicom-web", "file:///etc/passwd", "https://pacs.example/dicom-web?x=1",
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            web_address(listed, address)
