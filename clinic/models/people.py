from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.base import Row, Viewer


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Colleagues of the viewer's site, whoever they are: assigning and mentioning needs their names."""
        if viewer.site_id is None:
            return self.none()
        return self.filter(memberships__site=viewer.site_id, memberships__ended_at=None).distinct()


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def visible_to(self, viewer: Viewer) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db).visible_to(viewer)


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    SPANISH = "es", "Español"


class EngineWish(models.TextChoices):
    """Who may answer what she asks, within what the site allows."""

    BEST = "best", _("The best this site allows")
    LOCAL = "local", _("Only engines of this site")
    RULES = "rules", _("Only the rules: no language model")


class User(AbstractBaseUser, Row):
    """A person who works here. There is no patient login."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    engines = models.CharField(max_length=10, choices=EngineWish, default=EngineWish.BEST)
    is_active = models.BooleanField(default=True, help_text=_("Off: cannot sign in, and every key and session ends."))
    joined_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_whatever_its_case"),
            models.CheckConstraint(condition=models.Q(language__in=Language.values), name="user_language_known"),
            models.CheckConstraint(condition=models.Q(engines__in=EngineWish.values), name="user_engines_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    # Libraries ask these of any user model; nobody here has powers outside the roles.
    is_staff = False
    is_superuser = False

    def has_perm(self, *_args: Any) -> bool:
        return False

    def has_module_perms(self, *_args: Any) -> bool:
        return False
