"""The pack: a ZIP with a page to read, each table as CSV, all of it as JSON, a manifest of every digest, its signature,
and the same verifier that checks capsules.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic import safety, signing, tables
from clinic.authorization.actor import Actor
from clinic.compliance.sections import MOST_ROWS, Section, sections
from clinic.export import capsule_verify, viewer
from clinic.export.archive import Archive, Member
from clinic.export.capsule import File
from clinic.export.capsule_verify import COMPLIANCE_FORMAT, MANIFEST, SIGNATURE
from clinic.models import Site

PURPOSE = "compliance-pack"
SHOWN = 100  # rows of a table on the page; its file has them all


@dataclass(frozen=True)
class Told:
    section: Section
    rows: list[Sequence[Any]]
    is_cut: bool

    @property
    def path(self) -> str:
        return f"tables/{self.section.name}.csv"

    @property
    def shown(self) -> list[Sequence[Any]]:
        return self.rows[:SHOWN]

    @property
    def left(self) -> int:
        return len(self.rows) - len(self.shown)


@dataclass(frozen=True)
class Pack:
    archive: Archive
    manifest_sha256: str
    key_id: str
    files: list[File]
    rows: dict[str, int]


def made(by: Actor, site: Site, since: datetime, at: datetime, event_id: UUID) -> Pack:
    told = [_told(by, since, section) for section in sections()]
    files = [*_words(by, site, since, at, told), *map(_table, told), _as_json(told), _verifier()]
    manifest = _manifest(by, site, since, at, event_id, told, files)
    seal = signing.seal(PURPOSE, manifest)
    first = [Member.of(MANIFEST, manifest), Member.of(SIGNATURE, f"{seal.signature.hex()}\n".encode())]
    archive = Archive([*first, *(one.member() for one in files)], at=at.isoformat())
    rows = {one.section.name: len(one.rows) for one in told}
    return Pack(archive, hashlib.sha256(manifest).hexdigest(), seal.key_id, files, rows)


def _told(by: Actor, since: datetime, section: Section) -> Told:
    rows = list(islice(section.rows(by, since), MOST_ROWS + 1))
    return Told(section, rows[:MOST_ROWS], len(rows) > MOST_ROWS)


def _table(one: Told) -> File:
    data = "".join(tables.csv_lines(one.section.head, one.rows)).encode()
    return File.of(one.path, str(one.section.title), data)


def _as_json(told: list[Told]) -> File:
    whole = {
        one.section.name: [dict(zip(one.section.head, row, strict=True)) for row in one.rows] for one in told
    }  # fmt: skip
    data = json.dumps(whole, ensure_ascii=False, indent=1, default=str).encode()
    return File.of("pack.json", _("All tables, for programs"), data)


def _words(by: Actor, site: Site, since: datetime, at: datetime, told: list[Told]) -> list[File]:
    context = {"site": site, "since": since, "at": at, "by": by.label, "told": told, "language": get_language(),
               "safety": safety.exported()}  # fmt: skip
    page = render_to_string("clinic/compliance/pack.html", context)
    return [
        File.of("README.txt", _("What this is"), _readme(site, since, at).encode()),
        File.of("index.html", _("The pack to read"), page.encode()),
        File.of("viewer.css", _("How the page looks"), viewer.STYLES.read_bytes()),
    ]


def _readme(site: Site, since: datetime, at: datetime) -> str:
    lines = [
        _("Compliance pack of %(site)s, %(since)s to %(at)s") % {
            "site": site.name, "since": since.date().isoformat(), "at": at.date().isoformat()},
        _("Open index.html to read it. It needs no network and no program but a browser."),
        _("tables/ holds each table whole, as CSV; pack.json holds all of them for programs."),
        _("To check that nothing was changed since it was signed: python -I verify.py"),
        _("Compare the key it prints with the one the clinic tells you."),
        _("It names people who work here; nothing of any patient is in it."),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _verifier() -> File:
    return File.of("verify.py", _("Checks this pack"), Path(capsule_verify.__file__).read_bytes())


def _manifest(by: Actor, site: Site, since: datetime, at: datetime, event_id: UUID, told: list[Told],
              files: list[File]) -> bytes:  # fmt: skip
    keys = {key: raw.hex() for key, raw in signing.public_keys().items()}
    current = next(iter(keys))
    manifest = {
        "format": COMPLIANCE_FORMAT, "made_at": at.isoformat(), "made_by": by.label, "site": site.name,
        "since": since.isoformat(), "audit_event": str(event_id), "case": "compliance pack", "standing": "complete",
        "signed_with": {"key_id": current, "public_key": keys[current]}, "reports": [], "left_out": [
            {"what": "rows of", "id": one.section.name, "why": f"more than {MOST_ROWS}"} for one in told if one.is_cut
        ],
        "tables": {one.section.name: {"path": one.path, "rows": len(one.rows), "is_cut": one.is_cut} for one in told},
        "files": [one.as_json() for one in files],
    }  # fmt: skip
    if manifest["left_out"]:
        manifest["standing"] = "cut off where it says so"
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode()
