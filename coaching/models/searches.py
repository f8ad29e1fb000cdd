"""A search by meaning: asked of a worker, because no web process loads a model. Nobody needs it an hour later."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.fields import SealedField
from coaching.models.practices import OwnQuerySet


class SearchQuerySet(OwnQuerySet["Search"]):
    pass


class Search(SiteRow):
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    query = SealedField(patient="site_id")
    filters = models.JSONField(default=dict, help_text="Role, category, difficulty: codes.")
    found = models.JSONField(null=True, help_text="Ids of questions, the best first; nothing until a worker answered.")
    asked_at = models.DateTimeField(default=timezone.now)

    objects = SearchQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="searches_by_age")]


class QuestionVectorQuerySet(SiteQuerySet["QuestionVector"]):
    pass


class QuestionVector(SiteRow):
    """What a question means, as numbers. Compared by pgvector; `digest` says of which words and which model."""

    code = models.CharField(max_length=80)
    part = models.PositiveSmallIntegerField(default=0, help_text="It has several texts: the best of them counts.")
    digest = models.CharField(max_length=64)
    numbers = ArrayField(models.FloatField())

    objects = QuestionVectorQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "code", "part"], name="vector_once_a_text")]
