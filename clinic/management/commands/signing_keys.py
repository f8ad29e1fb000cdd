import base64
import json
from typing import Any

from django.core.management.base import BaseCommand

from clinic import signing


class Command(BaseCommand):
    help = "Print the public keys of this installation for tools/verify_audit.py. Hand them over once, safely."

    def handle(self, *args: Any, **options: Any) -> None:
        told = {key: base64.b64encode(raw).decode() for key, raw in signing.public_keys().items()}
        self.stdout.write(json.dumps(told, indent=2))
