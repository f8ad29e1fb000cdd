"""`manage.py check --deploy` as production would see it: secrets given, TLS on, and a home that is thrown away."""

import base64
import os
import secrets
import subprocess
import sys
import tempfile


def new_key() -> str:
    return f"check:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def main() -> int:
    with tempfile.TemporaryDirectory() as home:
        settings = {
            "ROUNDS_MODE": "production",
            "ROUNDS_HOME": home,
            "ROUNDS_HOSTS": "rounds.example.org",
            "ROUNDS_SECRET_KEY": secrets.token_urlsafe(64),
            "ROUNDS_MASTER_KEYS": new_key(),
            "ROUNDS_SIGNING_KEYS": new_key(),
        }
        command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        return subprocess.run(command, env={**os.environ, **settings}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
