"""Who vouches for a manifest: the code itself, which pins what it ships, or a key that this installation trusts."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from clinic import signing
from clinic.capabilities import capabilities
from clinic.engines.manifests import SIGNATURE, Manifest
from clinic.engines.unfit import Fault, Unfit
from clinic.signing import Seal
from clinic.storage import key_entries

PURPOSE, PROMOTED = "engine.manifest", "engine.promoted"
PINNED = "pinned"
LARGEST_SIGNATURE = 4096


@dataclass(frozen=True)
class Vouched:
    signer: str
    signature: bytes | None = None


def is_pinned(digest: str) -> bool:
    return any(digest == shipped.manifest_sha256 for each in capabilities() for shipped in each.shipped)


def sign(folder: Path, manifest: Manifest) -> Seal:
    """With the key of this installation, into a file beside the manifest."""
    seal = signing.seal(PURPOSE, manifest.raw)
    told = {"key": seal.key_id, "signature": base64.b64encode(seal.signature).decode()}
    (folder / SIGNATURE).write_text(json.dumps(told) + "\n")
    return seal


def promote(manifest: Manifest) -> dict[str, str]:
    """The seal of this installation, kept with the move that made the engine live."""
    seal = signing.seal(PROMOTED, manifest.raw)
    return {"key": seal.key_id, "signature": base64.b64encode(seal.signature).decode()}


def is_promotion(raw: bytes, told: dict[str, str]) -> bool:
    return signing.verifies(PROMOTED, raw, Seal(told["key"], base64.b64decode(told["signature"])))


def demand_signed(folder: Path, manifest: Manifest) -> Vouched:
    """By the file beside the manifest, and a key that is trusted now."""
    seal = _seal_beside(folder)
    demand_fits(manifest.raw, seal)
    return Vouched(seal.key_id, seal.signature)


def demand_fits(raw: bytes, seal: Seal) -> None:
    if not _key_is_trusted(seal.key_id):
        raise Unfit(Fault.NOT_TRUSTED, seal.key_id)
    if not (signing.verifies(PURPOSE, raw, seal) or _is_by_a_guest(raw, seal)):
        raise Unfit(Fault.BAD_SIGNATURE, seal.key_id)


def _seal_beside(folder: Path) -> Seal:
    path = folder / SIGNATURE
    try:
        if path.is_symlink() or path.stat().st_size > LARGEST_SIGNATURE:
            raise Unfit(Fault.BAD_SIGNATURE)
        told = json.loads(path.read_bytes())
        return Seal(str(told["key"]), base64.b64decode(told["signature"], validate=True))
    except OSError:
        raise Unfit(Fault.UNSIGNED) from None
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Unfit(Fault.BAD_SIGNATURE) from None


def _key_is_trusted(key_id: str) -> bool:
    return key_id in signing.public_keys() or key_id in guests()


def guests() -> dict[str, bytes]:
    """Public keys of others whose engines may be installed here."""
    return key_entries.parse(settings.TRUSTED_ENGINE_KEYS) if settings.TRUSTED_ENGINE_KEYS else {}


def _is_by_a_guest(raw: bytes, seal: Seal) -> bool:
    """They sign what `signing` would sign: bound to the same purpose."""
    key = guests().get(seal.key_id)
    if key is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(seal.signature, signing.bound(PURPOSE, raw))
    except InvalidSignature:
        return False
    return True
