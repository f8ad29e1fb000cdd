"""Opens the files of an engine, in workers only. Nothing is opened whose manifest nobody vouches for or of which one
byte differs; what was opened is kept by its digest, for as long as its files stay as they were."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from clinic.capabilities import capability_named
from clinic.engines import manifests, trust
from clinic.engines.manifests import Manifest
from clinic.engines.unfit import Fault, Unfit
from clinic.errors import Refusal
from clinic.models import Deployment, Engine, EngineMove
from clinic.signing import Seal

log = logging.getLogger("rounds.engines")

Looks = Mapping[str, tuple[int, ...]]  # of each file: size, times and number, as the disk tells them


@dataclass(frozen=True)
class Opened:
    asked: Any  # what the capability's handler asks
    looks: Looks


_opened: dict[str, Opened] = {}
_promoted: set[UUID] = set()  # deployments of which the seal was found good


def folder_of(engine: Engine) -> Path:
    """What comes with the product lies below its code, wherever that is; the rest says its whole path."""
    return Path(settings.BASE_DIR, engine.folder)


def open_engine(engine: Engine) -> Any:
    """Unfit, for whatever reason it may not answer."""
    if not is_open(engine):
        _opened[engine.digest] = _open(engine, folder_of(engine))
    return _opened[engine.digest].asked


def demand_promoted(deployment: Deployment) -> None:
    """What is live without coming with the product has been signed for by this installation: a row that somebody wrote
    into the database is not enough."""
    engine = deployment.engine
    if engine.signer == trust.PINNED or deployment.pk in _promoted:
        return
    raw = manifests.read(folder_of(engine)).raw
    told = EngineMove.objects.filter(deployment=deployment, cause="promoted").exclude(seal={})
    if not any(trust.is_promotion(raw, seal) for seal in told.values_list("seal", flat=True)):
        raise Unfit(Fault.NOT_PROMOTED)
    _promoted.add(deployment.pk)


def is_open(engine: Engine) -> bool:
    """Here, in this process, with its files as they were then."""
    held = _opened.get(engine.digest)
    return held is not None and held.looks == _looks(folder_of(engine), held.looks)


def forget(engine: Engine | None = None) -> None:
    """So that the next one who asks checks every byte again; of all engines, where none is named."""
    if engine is None:
        _opened.clear()
        _promoted.clear()
    else:
        _opened.pop(engine.digest, None)


def _open(engine: Engine, folder: Path) -> Opened:
    _opened.pop(engine.digest, None)
    manifest = checked(engine, folder)
    names = [manifests.MANIFEST, *manifest.files]
    before = _looks(folder, names)
    manifests.check_files(folder, manifest)
    asked = _loaded(engine, folder, manifest)
    if _looks(folder, names) != before:
        raise Unfit(Fault.FILE_CHANGED)
    log.info("engine_opened", extra={"where": str(engine), "reason": engine.digest[:12]})
    return Opened(asked, before)


def checked(engine: Engine, folder: Path) -> Manifest:
    """The manifest that was installed, vouched for by whom it was then, or by nobody."""
    manifest = manifests.read(folder)
    if manifest.digest != engine.digest:
        raise Unfit(Fault.MANIFEST_DIFFERS)
    if engine.signer != trust.PINNED:
        trust.demand_fits(manifest.raw, Seal(engine.signer, bytes(engine.signature or b"")))
    elif not trust.is_pinned(engine.digest):
        raise Unfit(Fault.NOT_PINNED)
    return manifest


def _loaded(engine: Engine, folder: Path, manifest: Manifest) -> Any:
    try:
        loader = capability_named(engine.capability).loader
    except Refusal:
        raise Unfit(Fault.UNKNOWN_CAPABILITY) from None
    try:
        return import_string(loader.replace(":", "."))(folder, manifest.told)
    except Unfit:
        raise
    except Exception as problem:
        log.error("engine_does_not_open", extra={"where": str(engine), "reason": type(problem).__name__})
        raise Unfit(Fault.DOES_NOT_OPEN) from problem


def _looks(folder: Path, names: Any) -> dict[str, tuple[int, ...]]:
    return {name: _look(folder / name) for name in names}


def _look(path: Path) -> tuple[int, ...]:
    """The time of the last change of the entry cannot be set back by whoever changes the file."""
    try:
        seen = path.stat(follow_symlinks=False)
    except OSError:
        return ()
    return (seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)
