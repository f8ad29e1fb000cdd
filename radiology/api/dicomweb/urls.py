"""Addresses as PS3.18 has them, below /api/dicomweb."""

from django.urls import URLPattern, path, register_converter

from radiology.api.dicomweb import fetching, searching, storing


class Uid:
    regex = r"[0-9.]{1,64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Uid, "uid")
_SERIES = "studies/<uid:study>/series/<uid:series>"
_INSTANCE = f"{_SERIES}/instances/<uid:instance>"

urlpatterns: list[URLPattern] = [
    path("studies", storing.StudiesView.as_view(), name="dicomweb_studies"),
    path("series", searching.SeriesView.as_view(), name="dicomweb_all_series"),
    path("instances", searching.InstancesView.as_view(), name="dicomweb_all_instances"),
    path("studies/<uid:study>", fetching.FilesView.as_view(), name="dicomweb_study"),
    path("studies/<uid:study>/metadata", fetching.MetadataView.as_view(), name="dicomweb_study_metadata"),
    path("studies/<uid:study>/series", searching.SeriesView.as_view(), name="dicomweb_series_of"),
    path("studies/<uid:study>/instances", searching.InstancesView.as_view(), name="dicomweb_instances_of_study"),
    path(_SERIES, fetching.FilesView.as_view(), name="dicomweb_series"),
    path(f"{_SERIES}/metadata", fetching.MetadataView.as_view(), name="dicomweb_series_metadata"),
    path(f"{_SERIES}/instances", searching.InstancesView.as_view(), name="dicomweb_instances_of"),
    path(_INSTANCE, fetching.FilesView.as_view(), name="dicomweb_instance"),
    path(f"{_INSTANCE}/metadata", fetching.MetadataView.as_view(), name="dicomweb_metadata"),
    path(f"{_INSTANCE}/rendered", fetching.RenderedView.as_view(), name="dicomweb_rendered"),
    path(f"{_INSTANCE}/frames/<str:numbers>", fetching.FramesView.as_view(), name="dicomweb_frames"),
]
