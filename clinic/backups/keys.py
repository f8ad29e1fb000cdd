"""The keys backups are sealed with: their own, so that whoever keeps backups needs none of those that open patients."""

from pathlib import Path

from django.conf import settings

from clinic.command_files import Mistake
from clinic.storage.keyfile import load_master_keys
from clinic.storage.keys import MasterKeys

NEEDED_TO_RESTORE = {
    "backup.key": ("BACKUP_KEYS", "it opens the file"),
    "master.key": ("MASTER_KEYS", "it opens what is in it"),
    "signing.key": ("SIGNING_KEYS", "it tells whether the file is ours"),
}


def key_file() -> Path:
    return Path(settings.HOME) / "backup.key"


def backup_keys() -> MasterKeys:
    """Made at the first backup."""
    return load_master_keys(listed=settings.BACKUP_KEYS, current=None, key_file=key_file())


def demand_kept_ones() -> None:
    """Before anything is restored: asking for a key that is not there would make a new one, which opens nothing."""
    missing = [
        f"{name} ({why})"
        for name, (setting, why) in NEEDED_TO_RESTORE.items()
        if not getattr(settings, setting) and not (Path(settings.HOME) / name).exists()
    ]
    if missing:
        raise Mistake(f"Put the keys that were kept apart into {settings.HOME} first: {', '.join(missing)}.")
