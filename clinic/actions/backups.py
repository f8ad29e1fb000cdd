"""Taking backups, putting them back, and trying regularly whether that would work."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from clinic import audit
from clinic.actions import runs
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.backups import restoring, taking
from clinic.backups.checking import Findings
from clinic.backups.order import DRILL, DrillOutcome
from clinic.backups.taking import Say, Taken
from clinic.models import Backup, RestoreDrill, Run


def take(*, by: Actor, to: Path, say: Say) -> Taken:
    """The event comes when the file is whole; a backup knows nothing of itself."""
    by.require(Permission.BACKUPS_MANAGE)
    taken = taking.take(to, say=say)
    told = taken.manifest
    with audit.act(by, "backup.taken") as doing:
        row = Backup(
            id=UUID(told.id), name=taken.path.name[:200], cut_at=datetime.fromisoformat(told.at), size=taken.size,
            rows=told.rows, objects_count=told.objects["count"], missing=told.missing_count,
            position=told.audit["seq"],
        )  # fmt: skip
        row.save(force_insert=True)
        doing.about(row, rows=row.rows, objects=row.objects_count, missing=row.missing, position=row.position,
                    sha256=taken.sha256)  # fmt: skip
    return taken


def restore(*, by: Actor, source: Path, gone: frozenset[UUID], say: Say) -> Findings:
    """The first event behind the cut: what follows it was not witnessed before."""
    by.require(Permission.BACKUPS_MANAGE)
    manifest, findings = restoring.restore(source, gone=gone, say=say)
    with audit.act(by, "backup.restored") as doing:
        doing.about(audit.Machinery(), backup=manifest.id, cut_at=manifest.at, position=manifest.audit["seq"],
                    rows=findings.rows, objects=findings.objects, differ=len(findings.differ),
                    forgotten_again=findings.forgotten_again)  # fmt: skip
    return findings


def ask_for_drill(*, by: Actor) -> tuple[Run, bool]:
    by.require(Permission.BACKUPS_MANAGE)
    return runs.request(by=by, kind=DRILL, batch=True)


def record_drill(*, run: Run, outcome: DrillOutcome, by: Actor) -> None:
    """In the finishing transaction of the run that did it."""
    with audit.act(by, "backup.drilled") as doing:
        row = RestoreDrill(
            run=run, asked_by_id=run.requested_by_id, problem=outcome.problem, name=outcome.name[:200],
            backup=UUID(outcome.backup) if outcome.backup else None,
            cut_at=datetime.fromisoformat(outcome.cut_at) if outcome.cut_at else None, figures=outcome.figures,
        )  # fmt: skip
        row.save(force_insert=True)
        doing.about(row, backup=outcome.backup, problem=outcome.problem, differ=len(outcome.figures.get("differ", ())))
