"""Where backups of this machine lie, and which is the newest."""

from pathlib import Path

from django.conf import settings

from clinic.backups.taking import SUFFIX
from clinic.command_files import Mistake


def prepared() -> Path:
    place = Path(settings.BACKUP_FOLDER)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as why:
        raise Mistake(f"{place} cannot be made: {why.strerror}.") from None
    return place


def newest() -> Path | None:
    """By the day in the file system: names may be given by hand."""
    found = [(path.stat().st_mtime_ns, path) for path in Path(settings.BACKUP_FOLDER).glob(f"*{SUFFIX}")]
    return max(found)[1] if found else None
