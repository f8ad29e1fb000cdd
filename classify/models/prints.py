"""By what a copy is known: a short signature of a document's text, made with a key of the site; no word is in it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from classify.models.documents import Document
from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow


class TextPrintQuerySet(SiteQuerySet["TextPrint"]):
    read_permission = Permission.UPLOAD_READ


class TextPrint(SiteRow):
    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="print")
    signature = models.BinaryField()
    bands = ArrayField(models.BigIntegerField(), help_text="Copies share one of them; empty where the text is short.")

    objects = TextPrintQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(fields=["bands"], name="text_print_bands")]
