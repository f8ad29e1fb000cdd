"""From a file to what became of it here."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from classify.models import Document
from clinic.authorization.actor import Actor
from clinic.upload_links import Kept

KEPT = Kept("classify.links:of", "document", _("Document"))


def of(by: Actor) -> QuerySet[Document]:
    return Document.objects.visible_to(by)
