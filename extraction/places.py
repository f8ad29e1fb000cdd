"""What extraction adds to the house: its place in the rail."""

from django.utils.translation import gettext_lazy

from clinic import pages
from clinic.authorization.permissions import Permission
from clinic.pages import Place

_WORDS = gettext_lazy("Extraction")
pages.add(Place(_WORDS, "sheets", "braces", Permission.UPLOAD_READ, 1, 22))
