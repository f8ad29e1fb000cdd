"""Other people's DICOMweb servers: search, fetch, store. Only listed addresses, no redirects, no proxy."""

from typing import Any

import pydicom
from dicomweb_client.api import DICOMwebClient
from pydicom import Dataset
from requests import PreparedRequest, Response, Session  # noqa: TID251 - what the client speaks; pinned below
from requests.adapters import HTTPAdapter  # noqa: TID251

from clinic.outgoing.addresses import Destination, demand_askable
from radiology.dicom.peers import NotAllowed, web_address

SILENCE_S = (5.0, 30.0)  # to connect, to be answered
MOST_BYTES = 64 * 1024 * 1024


class _Pinned(HTTPAdapter):
    """Whatever an answer links to, nothing but the listed address is asked."""

    def __init__(self, address: str) -> None:
        super().__init__(max_retries=0)
        self._address = address
        to = Destination(address, is_local=True)
        self._place = (to.host, to.port)

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        if not (request.url or "").startswith(self._address + "/"):
            raise NotAllowed("a DICOMweb server led to another address")
        demand_askable(*self._place, is_local=True)  # listed, so it may be a machine of the house
        answer = super().send(request, *args, **kwargs)
        if answer.is_redirect:
            raise NotAllowed("a DICOMweb server led to another address")
        if int(answer.headers.get("Content-Length") or 0) > MOST_BYTES:
            raise NotAllowed("a DICOMweb server answers with more than is taken")
        return answer


class WebPeer:
    def __init__(self, listed: list[str], address: str, *, token: str = "") -> None:
        address = web_address(listed, address)
        session = Session()
        session.trust_env = False
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Pinned(address))
        headers = {"Authorization": f"Bearer {token}"} if token else None
        self._client = DICOMwebClient(address, session=session, headers=headers, timeout=SILENCE_S)
        self._client.set_http_retry_params(retry=False)  # else a refusal of ours would be tried again

    def studies(self, *, limit: int = 100, **filters: str) -> list[dict[str, Any]]:
        """QIDO-RS, as DICOM JSON."""
        return list(self._client.search_for_studies(limit=limit, search_filters=filters or None))

    def instances(self, study: str) -> list[dict[str, Any]]:
        return list(self._client.search_for_instances(study))

    def fetch(self, study: str, series: str, instance: str) -> Dataset:
        """WADO-RS. Its pixels and words are somebody's: it goes through `receive` like all others."""
        return self._client.retrieve_instance(study, series, instance)

    def store(self, datasets: list[pydicom.FileDataset]) -> Dataset:
        """STOW-RS: the server's answer, which says what it took and what not."""
        return self._client.store_instances(datasets)
