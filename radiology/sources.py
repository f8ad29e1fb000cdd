"""How a place in a DICOM film is shown: as a picture of the film as it came."""

from django.urls import reverse

from clinic import source_views
from clinic.models import Upload
from clinic.source_views import SourceView


def picture(upload: Upload, _page: int) -> str:
    film = getattr(upload, "film", None)
    return reverse("film_preview", args=[film.pk]) if film is not None and film.is_open else ""


source_views.register("application/dicom", SourceView(picture="radiology.sources:picture"))
