"""How engines come in: those of the product by themselves, others from a folder that somebody trusted has signed."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from socket import gethostname

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.actions import engine_moves
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.capabilities import Capability, Shipped, capabilities, capability_named
from clinic.engines import manifests, trust
from clinic.engines.manifests import Manifest
from clinic.engines.trust import Vouched
from clinic.engines.unfit import Fault, Unfit
from clinic.errors import Code, Refusal
from clinic.models import Deployment, Engine, EngineFault, EngineState, Site

INSTALLER = "engines"


@dataclass(frozen=True)
class Parcel:
    """A folder that was looked at and found in order."""

    folder: Path
    manifest: Manifest
    card: dict[str, object]
    vouched: Vouched


# --- what comes with the product --------------------------------------------------------------------------------------


def install_shipped(*, by: Actor, site: Site) -> list[Engine]:
    """Registers what the product ships and makes it live at the site where nothing else is. Safe to repeat.

    In the row scope of the site.
    """
    pairs = [(capability, shipped) for capability in capabilities() for shipped in capability.shipped]
    return [_install_one(by=by, site=site, capability=capability, shipped=shipped) for capability, shipped in pairs]


def _install_one(*, by: Actor, site: Site, capability: Capability, shipped: Shipped) -> Engine:
    engine = Engine.objects.filter(digest=shipped.manifest_sha256).first()
    if engine is None:
        engine = _register(by=by, parcel=_shipped_parcel(capability, shipped), folder=shipped.folder)
    if not Deployment.objects.filter(site=site, engine=engine).exists():
        engine_moves.enter(by=by, site=site, engine=engine, rung=shipped.rung, comes_with_product=True)
    return engine


def _shipped_parcel(capability: Capability, shipped: Shipped) -> Parcel:
    folder = Path(settings.BASE_DIR, shipped.folder)
    manifest = manifests.read(folder)
    if manifest.digest != shipped.manifest_sha256:
        raise Unfit(Fault.NOT_PINNED)
    return Parcel(folder, manifest, manifests.card_of(folder, capability.needs_card), Vouched(trust.PINNED))


# --- what others made -------------------------------------------------------------------------------------------------


def look_at(folder: Path) -> Parcel:
    """Everything that can be wrong with it, before anything of it is kept."""
    try:
        manifest = manifests.read(folder)
        vouched = trust.demand_signed(folder, manifest)
        capability = _capability_of(manifest)
        manifests.check_files(folder, manifest)
        return Parcel(folder, manifest, manifests.card_of(folder, capability.needs_card), vouched)
    except Unfit as why:
        raise refusal(why) from None


def _capability_of(manifest: Manifest) -> Capability:
    try:
        return capability_named(manifest.capability)
    except Refusal:
        raise Unfit(Fault.UNKNOWN_CAPABILITY, manifest.capability) from None


def refusal(why: Unfit) -> Refusal:
    about = f" ({why.about})" if why.about else ""
    return Refusal(Code.ENGINE_UNFIT, detail=f"{why.fault.label}{about}",
                   facts={"fault": why.fault.value, "about": why.about})  # fmt: skip


def install(*, by: Actor, site: Site, folder: Path, rung: int = 0) -> Deployment:
    """As a candidate at the site: it answers nobody until two persons have made it live."""
    by.require(Permission.ENGINES_MANAGE)
    parcel = look_at(folder)
    with audit.together():
        engine = Engine.objects.filter(digest=parcel.manifest.digest).first()
        if engine is None:
            kept = _keep(parcel)
            engine = _register(by=by, parcel=parcel, folder=str(kept))
        held = Deployment.objects.filter(site=site, engine=engine).first()
        return held or engine_moves.enter(by=by, site=site, engine=engine, rung=rung)


def _keep(parcel: Parcel) -> Path:
    """A copy of what was looked at, under its digest; what the manifest does not name stays behind."""
    settings.ENGINES_FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept: Path = settings.ENGINES_FOLDER / parcel.manifest.digest
    draft = kept.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    for name in (manifests.MANIFEST, manifests.SIGNATURE, *parcel.manifest.files):
        shutil.copyfile(parcel.folder / name, draft / name)
    try:
        manifests.check_files(draft, parcel.manifest)
    except Unfit as why:
        shutil.rmtree(draft)
        raise refusal(why) from None
    shutil.rmtree(kept, ignore_errors=True)
    return draft.rename(kept)


def _register(*, by: Actor, parcel: Parcel, folder: str) -> Engine:
    manifest = parcel.manifest
    engine = Engine(
        capability=manifest.capability, name=manifest.name, version=manifest.version, digest=manifest.digest,
        manifest=manifest.told, card=parcel.card, is_remote=manifest.is_remote, signer=parcel.vouched.signer,
        signature=parcel.vouched.signature, folder=folder,
    )  # fmt: skip
    try:
        with audit.act(by, "engine.installed") as doing:
            engine.save(force_insert=True)
            doing.about(engine, capability=engine.capability, digest=engine.digest, signer=engine.signer)
    except IntegrityError as why:
        taken = _("%(engine)s is installed already, with other files.") % {"engine": engine}
        raise Refusal(Code.ENGINE_CONFLICT, detail=taken) from why
    return engine


# --- what a worker found ----------------------------------------------------------------------------------------------


def report_fault(*, by: Actor, engine: Engine, fault: Fault, about: str = "") -> None:
    """Told once for each machine and fault, however often the engine is asked for meanwhile."""
    with audit.act(by, "engine.refused") as doing:
        open_one = EngineFault.objects.filter(engine=engine, host=gethostname(), cleared_at=None).first()
        if open_one and (open_one.fault, open_one.about) == (fault.value, about[:100]):
            doing.nothing_happened()
            return
        clear_fault(by=by, engine=engine)
        EngineFault.objects.create(engine=engine, host=gethostname(), fault=fault.value, about=about[:100])
        doing.about(engine, fault=fault.value, on=about)


def clear_fault(*, by: Actor, engine: Engine) -> None:
    with audit.act(by, "engine.opened_again") as doing:
        held = EngineFault.objects.filter(engine=engine, host=gethostname(), cleared_at=None)
        if not held.update(cleared_at=timezone.now()):
            doing.nothing_happened()
        doing.about(engine)


def is_sound(*, site: Site) -> bool:
    """Whether every engine that is live there was opened when it was last tried, on every machine."""
    live = Deployment.objects.filter(site=site, state=EngineState.LIVE).values("engine")
    return not EngineFault.objects.filter(engine__in=live, cleared_at=None).exists()
