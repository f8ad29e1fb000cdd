"""The real DICOMweb client, whose requests are answered by the application in this process."""

from typing import Any
from urllib.parse import urlsplit

from dicomweb_client.api import DICOMwebClient
from requests import PreparedRequest, Response, Session  # noqa: TID251 - what the client speaks
from requests.adapters import BaseAdapter  # noqa: TID251
from requests.structures import CaseInsensitiveDict  # noqa: TID251

from tests.contract.asking import Api

ROOT = "http://testserver/api/dicomweb"


class _InProcess(BaseAdapter):
    def __init__(self, api: Api) -> None:
        super().__init__()
        self._api = api

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        parts = urlsplit(str(request.url))
        headers = {name: str(value) for name, value in request.headers.items() if name.lower() != "content-length"}
        told: Any = self._api.client.generic(
            str(request.method), f"{parts.path}?{parts.query}", request.body or b"",
            content_type=headers.pop("Content-Type", ""), headers=headers | self._api._own_headers(),
        )  # fmt: skip
        answer = Response()
        answer.status_code, answer.request, answer.url = told.status_code, request, str(request.url)
        answer.headers = CaseInsensitiveDict(told.headers)
        answer._content = b"".join(told.streaming_content) if told.streaming else told.content
        return answer

    def close(self) -> None:
        return None


def viewer(api: Api) -> DICOMwebClient:
    session = Session()
    session.mount("http://", _InProcess(api))
    client = DICOMwebClient(ROOT, session=session)
    client.set_http_retry_params(retry=False)
    return client
