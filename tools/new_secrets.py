"""`python3 tools/new_secrets.py FOLDER`: what an installation of compose needs and nobody has to choose.

A file that is there is left as it is. Passwords that stand in several files are made once, so either all of those are
there or none.
"""

import base64
import json
import os
import secrets
import sys
from pathlib import Path

Files = dict[str, str]


def key(name: str) -> str:
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def password() -> str:
    """Without signs that an address would read as its own."""
    return secrets.token_urlsafe(24)


def alone() -> Files:
    return {
        "secret_key": secrets.token_urlsafe(64),
        "master_keys": key("k1"),
        "signing_keys": key("s1"),
        "backup_keys": key("b1"),
        "metrics_token": secrets.token_urlsafe(32),
    }


def database() -> Files:
    owner, app, superuser = password(), password(), password()
    return {
        "database_url": f"postgresql://rounds_app:{app}@database:5432/rounds",
        "owner_url": f"postgresql://rounds_owner:{owner}@database:5432/rounds",
        "superuser_url": f"postgresql://postgres:{superuser}@database:5432/postgres",
        "postgres_password": superuser,
        "queue_password": password(),
    }


def queue() -> Files:
    secret = password()
    return {
        "broker_url": f"amqp://rounds:{secret}@queue:5672//",
        "rabbitmq.conf": f"default_user = rounds\ndefault_pass = {secret}\n",
    }


def objects() -> Files:
    secret = password()
    login = {"name": "rounds", "credentials": [{"accessKey": "rounds", "secretKey": secret}],
             "actions": ["Admin", "Read", "Write", "List"]}  # fmt: skip
    return {
        "s3_access_key": "rounds",
        "s3_secret_key": secret,
        "s3_logins": json.dumps({"identities": [login]}, indent=1) + "\n",
    }


def write(folder: Path) -> list[str]:
    groups = [{name: value} for name, value in alone().items()] + [database(), queue(), objects()]
    for files in groups:
        there = [name for name in files if (folder / name).exists()]
        if there and len(there) < len(files):
            missing = ", ".join(sorted(set(files) - set(there)))
            sys.exit(f"rounds: {missing} is missing beside {', '.join(there)}: they hold one password. Bring it back.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = {name: value for files in groups for name, value in files.items() if not (folder / name).exists()}
    for name, value in new.items():
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "w") as file:
            file.write(value)  # read by the users of several containers; the folder is closed
    return sorted(new)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("rounds: name the folder: python3 tools/new_secrets.py deploy/secrets")
    made = write(Path(sys.argv[1]))
    print(f"rounds: made {', '.join(made)}" if made else "rounds: all of them are there; nothing was changed")
