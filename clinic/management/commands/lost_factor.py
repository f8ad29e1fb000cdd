from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from clinic import identity
from clinic.actions import lost_factors
from clinic.actions.lost_factors import How
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.errors import Refusal
from clinic.models import User


class Command(BaseCommand):
    help = (
        "Take the second factor off somebody who has lost it and her recovery codes, where no two admins of her site "
        "can. Her password ends with it; the link that is printed is to be handed over in person, and works for a day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="her address here")
        parser.add_argument("--reason", required=True, choices=[how.value for how in How],
                            help="how you made sure that it is she; it stands in the audit")  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["email"].strip()).first()
        held = identity.memberships_of(person) if person else []
        if person is None or not held:
            raise CommandError("Nobody with this address works here.")
        site_id = held[0].site_id
        with scope(site=site_id):
            try:
                secret = lost_factors.take_off(
                    by=Actor.system("lost_factor", site_id), person=person, how=How(options["reason"])
                )
            except Refusal as why:
                raise CommandError(str(why.detail)) from None
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": secret})
        self.stdout.write(f"{_origin()}{path}")


def _origin() -> str:
    """Where people open the house, as far as the settings know it."""
    origins: list[str] = settings.CSRF_TRUSTED_ORIGINS
    return origins[0] if origins else ""
