"""`python -m benchmarks.dicom_loopback [--studies 200]`: films over C-STORE to our own listener, and what is lost.

Drawn films (DX and CR, MONOCHROME1 and 2, 8 to 16 bits) are sent through a real association on this machine, taken in
as `dicom_listen` takes them in, and each object is compared, attribute by attribute and pixel by pixel, with what the
de-identification profile leaves of the one that was sent. Ends 1 when anything else differs.
"""

import argparse
import io
import sys
import time

import pydicom

from clinic.inference import child
from radiology.dicom.listening import Listener
from radiology.dicom.naming import cleaning_key, patient_id
from radiology.dicom.peers import Peer
from radiology.dicom.receiving import Arrival, receive
from radiology.dicom.sending import send
from radiology.inference.deidentify import Rules, deidentified, patient_key
from radiology.inference.generated import Kind, draw
from radiology.inference.generated.dicom import Patient, as_dicom

KEY = b"a key of this benchmark, no secret"
KINDS = tuple(Kind)[:6]


def film(number: int) -> bytes:
    return as_dicom(
        draw(KINDS[number % len(KINDS)], number, (200, 180)), modality=("DX", "CR")[number % 2],
        photometric=("MONOCHROME2", "MONOCHROME1")[number % 2], bits=(12, 8, 16)[number % 3],
        patient=Patient(f"Person^{number}", f"N{number}", "19700101", "F"), study_date=f"2024{number % 12 + 1:02d}03",
    )  # fmt: skip


def expected(data: bytes) -> pydicom.Dataset:
    number = pydicom.dcmread(io.BytesIO(data)).PatientID
    key = cleaning_key(KEY, patient_id(patient_key(KEY, f"patient\0\0{number}")))
    return dataset(deidentified(data, Rules(key, keeps_age_and_sex=True)).data)


def dataset(data: bytes) -> pydicom.Dataset:
    return pydicom.Dataset(pydicom.dcmread(io.BytesIO(data)))


def differences(one: pydicom.Dataset | None, other: pydicom.Dataset) -> int:
    """Attributes that are missing, added or not the same; all of them where nothing came."""
    if one is None:
        return len(other)
    return sum(one.get(tag) != other.get(tag) for tag in {*one.keys(), *other.keys()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=200)
    files = [film(number) for number in range(parser.parse_args().studies)]
    came: list[Arrival] = []
    listener = Listener(
        lambda data, title: receive(data, title, keep=came.append, key=KEY), title="ROUNDS", allow=["MODALITY"]
    )
    port, began = listener.start("127.0.0.1", 0), time.perf_counter()
    try:
        sent = send(Peer("ROUNDS", "127.0.0.1", port), files, title="MODALITY")
    finally:
        listener.close()
        child.close()
    spent, found = time.perf_counter() - began, {arrival.instance: dataset(arrival.data) for arrival in came}
    wanted = {str(one.SOPInstanceUID): one for one in map(expected, files)}
    lost = {name: differences(found.get(name), one) for name, one in wanted.items()}
    kept, same = sum(one.is_kept for one in sent), sum(not count for count in lost.values())
    print(f"{kept} of {len(files)} studies kept in {spent:.0f} s, {same} the same in every attribute and pixel")
    print(f"{sum(lost.values())} attributes differ beyond the profile, of {sum(map(len, wanted.values())):,}")
    sys.exit(kept != len(files) or any(lost.values()))


if __name__ == "__main__":
    main()
