"""Says that an empty folder is the right one. `make run` does so by itself when an installation is new."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clinic.storage.errors import StorageError
from clinic.storage.local import LocalObjectStore


class Command(BaseCommand):
    help = "Prepare the folder of the encrypted files: after it was moved to another disk, or without `make run`."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.FILES_BUCKET:
            raise CommandError("The files lie in the bucket ROUNDS_S3_BUCKET names: there is no folder to prepare.")
        try:
            LocalObjectStore.prepare(settings.FILES_FOLDER)
        except StorageError as problem:
            raise CommandError(f"{settings.FILES_FOLDER} cannot be prepared ({problem.code}).") from None
        self.stdout.write(f"{settings.FILES_FOLDER} is ready.")
