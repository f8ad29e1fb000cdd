"""C-ECHO and C-STORE as user. Only for files of our own making: they are parsed in this process."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pydicom
from pydicom import FileDataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import AE
from pynetdicom.association import Association

from clinic.outgoing import addresses
from clinic.outgoing.addresses import pinned
from radiology.dicom.listening import VERIFICATION
from radiology.dicom.peers import NotAllowed, Peer, application_title

SILENCE_S = 30
MOST_CLASSES = 60  # two contexts each, of 128 that an association may have


class NoAnswer(Exception):
    """The peer is not there, or wants nothing of us."""


@dataclass(frozen=True)
class Sent:
    instance: str
    status: int  # 0 is kept; DICOM's numbers else, -1 for none

    @property
    def is_kept(self) -> bool:
        """Warnings (Bxxx) mean that it was kept, too."""
        return self.status == 0 or self.status >> 12 == 0xB


def echo(peer: Peer, *, title: str) -> bool:
    with _association(peer, title, [(VERIFICATION, ImplicitVRLittleEndian)]) as association:
        status = association.send_c_echo()
        return bool(status) and int(status.Status) == 0


def send(peer: Peer, files: Iterable[bytes], *, title: str) -> list[Sent]:
    datasets = [pydicom.dcmread(io.BytesIO(data)) for data in files]
    contexts = list(dict.fromkeys((str(one.SOPClassUID), str(one.file_meta.TransferSyntaxUID)) for one in datasets))
    with _association(peer, title, contexts[:MOST_CLASSES]) as association:
        return [_send(association, dataset) for dataset in datasets]


@contextmanager
def _association(peer: Peer, title: str, contexts: Iterable[tuple[str, str]]) -> Iterator[Association]:
    """For each class its own transfer syntax, and the two that everybody must take."""
    entity = AE(application_title(title))
    entity.network_timeout = entity.dimse_timeout = entity.acse_timeout = entity.connection_timeout = SILENCE_S
    for kind, syntax in contexts:
        entity.add_requested_context(kind, syntax)
        entity.add_requested_context(kind, [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
    association = entity.associate(_place_of(peer), peer.port, ae_title=peer.title)
    if not association.is_established:
        raise NoAnswer(f"{peer.title} gives no association")
    try:
        yield association
    finally:
        association.release()


def _place_of(peer: Peer) -> str:
    """Listed, so it may be a machine of the house; but never one of the cloud this machine lies in."""
    try:
        return pinned(peer.host, peer.port, is_local=True)
    except addresses.NotAllowed as why:
        raise NotAllowed(f"{peer.title} lies at an address that may not be asked") from why
    except (OSError, UnicodeError) as why:
        raise NoAnswer(f"nobody knows the host of {peer.title}") from why


def _send(association: Association, dataset: FileDataset) -> Sent:
    try:
        answer = association.send_c_store(dataset)
    except ValueError:  # the peer takes this class only unpacked
        dataset.decompress(generate_instance_uid=False)
        answer = association.send_c_store(dataset)
    return Sent(str(dataset.SOPInstanceUID), int(answer.Status) if "Status" in answer else -1)
