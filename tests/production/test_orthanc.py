"""`make orthanc`: fifty studies through a real Orthanc and back, by C-STORE and by DICOMweb, with nothing lost."""

import io

import pydicom
import pytest

from clinic.inference import child
from radiology.dicom.listening import Listener
from radiology.dicom.naming import cleaning_key, patient_id
from radiology.dicom.peers import Peer
from radiology.dicom.receiving import Arrival, receive
from radiology.dicom.sending import echo, send
from radiology.dicom.web_client import WebPeer
from radiology.inference.deidentify import Rules, deidentified, patient_key
from radiology.inference.generated import Kind, draw
from radiology.inference.generated.dicom import Patient, as_dicom
from tests.production import orthanc

pytestmark = pytest.mark.skipif(
    orthanc.PROGRAM is None, reason="Orthanc is not installed here: apt-get install orthanc orthanc-dicomweb"
)
STUDIES = 50
KEY = b"of this test"


@pytest.fixture(scope="module")
def films() -> list[bytes]:
    kinds = list(Kind)
    return [
        as_dicom(
            draw(kinds[number % 6], number, (200, 180)), modality=("DX", "CR")[number % 2],
            photometric=("MONOCHROME2", "MONOCHROME1")[number % 2], bits=(12, 8, 16)[number % 3],
            patient=Patient(f"Person^{number}", f"N{number}", "19700101", "F"),
            study_date=f"2024{number % 12 + 1:02d}03",
        )
        for number in range(STUDIES)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def arrivals() -> list[Arrival]:
    return []


@pytest.fixture(scope="module")
def there(tmp_path_factory, arrivals):
    listener = Listener(
        lambda data, calling_aet: receive(data, calling_aet, keep=arrivals.append, key=KEY), title="ROUNDS",
        allow=["ORTHANC"],
    )  # fmt: skip
    port = listener.start("127.0.0.1", 0)
    try:
        with orthanc.running(tmp_path_factory.mktemp("orthanc"), our_title="ROUNDS", our_port=port) as started:
            yield started
    finally:
        listener.close()
        child.close()


def dataset(data: bytes) -> pydicom.Dataset:
    """Its elements, without what belongs to the file."""
    return pydicom.Dataset(pydicom.dcmread(io.BytesIO(data)))


def by_instance(datasets) -> dict[str, pydicom.Dataset]:
    return {str(one.SOPInstanceUID): one for one in datasets}


def cleaned(data: bytes) -> bytes:
    whose = f"patient\0\0{pydicom.dcmread(io.BytesIO(data)).PatientID}"
    key = cleaning_key(KEY, patient_id(patient_key(KEY, whose)))
    return deidentified(data, Rules(key, keeps_age_and_sex=True)).data


def test_fifty_studies_go_to_orthanc_and_come_back_by_c_store(there, films, arrivals):
    peer = Peer("ORTHANC", "127.0.0.1", there.dicom_port)
    assert echo(peer, title="ROUNDS")
    assert all(sent.is_kept for sent in send(peer, films, title="ROUNDS"))
    assert there.ask("/statistics")["CountStudies"] == STUDIES
    there.ask("/modalities/rounds/echo", {})

    there.ask("/modalities/rounds/store", {"Resources": there.ask("/instances"), "Synchronous": True})

    came = by_instance(dataset(arrival.data) for arrival in arrivals)
    expected = by_instance(dataset(cleaned(data)) for data in films)
    assert len(came) == STUDIES
    assert came == expected


@pytest.mark.skipif(not orthanc.DICOMWEB.exists(), reason="needs the package orthanc-dicomweb")
def test_fifty_studies_go_to_orthanc_and_come_back_by_dicomweb(there, films):
    for study in there.ask("/studies"):
        there.delete(f"/studies/{study}")
    address = f"{there.web}/dicom-web"
    peer = WebPeer([address], address)
    sent = [pydicom.dcmread(io.BytesIO(cleaned(data))) for data in films]
    for first in range(0, STUDIES, 10):
        assert len(peer.store(sent[first : first + 10]).ReferencedSOPSequence) == 10

    found = [told["0020000D"]["Value"][0] for told in peer.studies(limit=STUDIES + 1)]

    assert len(found) == STUDIES
    for study in found:
        (told,) = peer.instances(study)
        series, instance = told["0020000E"]["Value"][0], told["00080018"]["Value"][0]
        assert pydicom.Dataset(peer.fetch(study, series, instance)) == by_instance(map(pydicom.Dataset, sent))[instance]
