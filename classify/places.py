"""What sorting documents adds to the house: its place in the rail."""

from django.utils.translation import gettext_lazy

from clinic import pages
from clinic.authorization.permissions import Permission
from clinic.figures import outputs
from clinic.figures.outputs import Output
from clinic.pages import Place

_WORDS = gettext_lazy("Documents")
pages.add(Place(_WORDS, "documents", "file-earmark-text", Permission.UPLOAD_READ, 1, 18))
_LEARNING = gettext_lazy("Learning")
pages.add(Place(_LEARNING, "document_learning", "bullseye", Permission.ENGINES_MANAGE, 2, 5))
outputs.register(Output("documents", _WORDS, "classify.Document", "added_at"))
