"""QIDO-RS: which studies, series and films there are."""

from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from clinic.api.base import actor_of
from radiology.api.dicomweb.base import READS, DicomWebView, accepted, as_json, root_of
from radiology.dicom import shelf
from radiology.dicom.web_answers import JSON_TYPE, query

_OF_THE_ADDRESS = {"study": "StudyInstanceUID", "series": "SeriesInstanceUID"}


class SearchView(DicomWebView):
    needs = {"GET": READS}
    level: ClassVar[str]

    def get(self, request: Request, **uids: str) -> HttpResponse:
        accepted(request, JSON_TYPE, "application/json")
        asked = {name: values for name, values in request.query_params.lists() if name != "accept"}
        asked |= {_OF_THE_ADDRESS[name]: [uid] for name, uid in uids.items()}
        found = shelf.search(actor_of(request), query(asked, level=self.level), level=self.level, root=root_of(request))
        response = as_json(found.answers)
        if found.is_partial:
            response["Warning"] = f'299 rounds "Only the newest {shelf.LOOKED_THROUGH} films were looked through"'
        return response


class SeriesView(SearchView):
    level = "series"


class InstancesView(SearchView):
    level = "instances"
