"""What this product is made of: every package that is installed and every file of others it ships, with its licence.

The list is CycloneDX 1.6 in JSON, which scanners for advisories and licences read.
"""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from django.conf import settings

OURSELVES = "rounds"
UNKNOWN = "not declared"
_CLASSIFIER = "License :: OSI Approved :: "
LONGEST_NAME = 60  # what is longer is the text of a licence, not its name
Component = dict[str, Any]


def bill(at: datetime | None = None) -> dict[str, Any]:
    components = sorted([*packages(), *vendored(), *bundled()], key=lambda one: str(one["bom-ref"]))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(components, sort_keys=True))}",
        "version": 1,
        "metadata": {
            "timestamp": (at or datetime.now(UTC)).isoformat(timespec="seconds"),
            "component": {"type": "application", "name": OURSELVES, "version": settings.VERSION,
                          "bom-ref": OURSELVES, "licenses": [{"license": {"name": "Apache-2.0"}}]},
        },
        "components": components,
    }  # fmt: skip


def packages() -> Iterator[Component]:
    """Those of this environment, each once."""
    found = {name_of(one): one for one in metadata.distributions() if one.metadata["Name"]}
    for name, one in sorted(found.items()):
        if name != OURSELVES:
            yield _component(f"pkg:pypi/{name}@{one.version}", name, one.version, licence_of(one))


def name_of(one: metadata.Distribution) -> str:
    return str(one.metadata["Name"]).lower().replace("_", "-").replace(".", "-")


def licence_of(one: metadata.Distribution) -> str:
    told: Any = one.metadata
    named = told.get("License-Expression") or told.get("License") or ""
    if named and "\n" not in named and len(named) <= LONGEST_NAME and named.upper() != "UNKNOWN":
        return str(named)
    classified = [line.removeprefix(_CLASSIFIER) for line in told.get_all("Classifier") or []
                  if line.startswith(_CLASSIFIER)]  # fmt: skip
    return " or ".join(classified) or (str(named).strip().splitlines()[0][:LONGEST_NAME] if named.strip() else UNKNOWN)


def vendored() -> Iterator[Component]:
    """Files of others that the browser gets from us, unchanged."""
    for entry in json.loads((settings.BASE_DIR / "static" / "vendor" / "manifest.json").read_text())["files"]:
        name = Path(entry["file"]).name
        licence = entry.get("licence", UNKNOWN)
        found = _component(f"pkg:generic/{name}@{entry['version']}", name, entry["version"], licence)
        yield found | {"hashes": [{"alg": "SHA-256", "content": entry["sha256"]}]}


def bundled() -> Iterator[Component]:
    """What the film viewer's one file was made of; tools for making it are none of it."""
    locked = json.loads((settings.BASE_DIR / "tools" / "viewer" / "package-lock.json").read_text())["packages"]
    for path, entry in locked.items():
        if path and not entry.get("dev"):
            name = path.rpartition("node_modules/")[2]
            yield _component(f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}", name, entry["version"],
                             str(entry.get("license", UNKNOWN)))  # fmt: skip


def _component(purl: str, name: str, version: str, licence: str) -> Component:
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
            "licenses": [{"license": {"name": licence}}]}  # fmt: skip
