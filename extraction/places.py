"""What extraction adds to the house: its place in the rail."""

from django.utils.translation import gettext_lazy

from clinic import pages, review_panels
from clinic.authorization.permissions import Permission
from clinic.figures import outputs
from clinic.figures.outputs import Output
from clinic.pages import Place
from extraction import fields

_WORDS = gettext_lazy("Extraction")
pages.add(Place(_WORDS, "sheets", "braces", Permission.UPLOAD_READ, 1, 22))
review_panels.register(fields.NAME, "extraction/review_panel.html")
pages.add(Place(gettext_lazy("Prompts"), "prompts", "file-earmark-text", Permission.ENGINES_MANAGE, 2, 5))
outputs.register(
    Output("sheets", gettext_lazy("Documents whose facts were asked for"), "extraction.FactSheet", "added_at")
)
