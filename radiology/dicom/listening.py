"""C-ECHO and C-STORE as provider. Only listed titles get an association, and none keeps it over an object too large."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000TransferSyntaxes,
    JPEGLSTransferSyntaxes,
    JPEGTransferSyntaxes,
    RLELossless,
)
from pynetdicom import AE, AllStoragePresentationContexts, evt
from pynetdicom.transport import ThreadedAssociationServer

from radiology.dicom.peers import NotAllowed, application_title
from radiology.dicom.receiving import MOST_BYTES, Status

Receive = Callable[[bytes, str], Status]

SYNTAXES = [
    ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian, RLELossless,
    *JPEGTransferSyntaxes, *JPEGLSTransferSyntaxes, *JPEG2000TransferSyntaxes,
]  # fmt: skip
VERIFICATION = "1.2.840.10008.1.1"
MOST_ASSOCIATIONS = 8  # each may hold one object in memory
SILENCE_S = 60
OVERHEAD = 1.02  # what the protocol adds to an object


class Listener:
    """Runs beside the caller until it is closed. `receive` gets a whole file and the calling title."""

    def __init__(self, receive: Receive, *, title: str, allow: Iterable[str], most_bytes: int = MOST_BYTES) -> None:
        self._receive, self._most_bytes = receive, most_bytes
        self._entity = AE(application_title(title))
        allowed = [application_title(name) for name in allow]
        if not allowed:
            raise NotAllowed("name at least one application title that may send")  # an empty list would mean everybody
        self._entity.require_calling_aet, self._entity.require_called_aet = allowed, True
        self._entity.maximum_associations = MOST_ASSOCIATIONS
        self._entity.network_timeout = self._entity.dimse_timeout = self._entity.acse_timeout = SILENCE_S
        self._entity.add_supported_context(VERIFICATION)
        for context in AllStoragePresentationContexts:
            self._entity.add_supported_context(str(context.abstract_syntax), SYNTAXES)
        self._came: dict[Any, int] = {}
        self._server: ThreadedAssociationServer | None = None

    def start(self, host: str, port: int) -> int:
        """The port that is listened on: 0 asks for a free one."""
        handlers: list[Any] = [
            (evt.EVT_C_STORE, self._store), (evt.EVT_DATA_RECV, self._count), (evt.EVT_CONN_CLOSE, self._forget),
        ]  # fmt: skip
        self._server = self._entity.start_server((host, port), block=False, evt_handlers=handlers)
        return int(self._server.server_address[1]) if self._server else 0

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server = None
        self._entity.shutdown()

    def _store(self, event: Any) -> int:
        self._came.pop(event.assoc, None)
        return int(self._receive(event.encoded_dataset(), str(event.assoc.requestor.ae_title).strip()))

    def _count(self, event: Any) -> None:
        """An object is whole only when all of it is in memory, so it is counted while it comes."""
        came = self._came.get(event.assoc, 0) + len(event.data)
        self._came[event.assoc] = came
        if came > self._most_bytes * OVERHEAD + 65536:
            self._came[event.assoc] = 0
            threading.Thread(target=event.assoc.abort, daemon=True).start()  # here it would wait for itself

    def _forget(self, event: Any) -> None:
        self._came.pop(event.assoc, None)
