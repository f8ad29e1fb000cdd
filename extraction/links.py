"""From a file to what became of it here."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clinic.authorization.actor import Actor
from clinic.upload_links import Kept
from extraction.models import FactSheet

KEPT = Kept("extraction.links:of", "sheet", _("Facts of the document"))


def of(by: Actor) -> QuerySet[FactSheet]:
    return FactSheet.objects.visible_to(by)
