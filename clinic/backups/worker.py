"""`clinic.restore_drill`: the newest backup into a scratch database, compared with what it says, and dropped again."""

import logging
import time
from dataclasses import asdict

import psycopg

from clinic import forgotten
from clinic.backups import database, folder, restoring
from clinic.backups.checking import Findings
from clinic.backups.manifest import Manifest
from clinic.backups.order import DrillOutcome
from clinic.command_files import Mistake
from clinic.models.backups import DrillProblem
from clinic.pipeline import Work

log = logging.getLogger("rounds.backups")


def drill(work: Work) -> DrillOutcome:
    path, began = folder.newest(), time.monotonic()
    if path is None:
        return DrillOutcome(problem=DrillProblem.NO_BACKUP)
    work.report("read", 5)
    try:
        manifest = restoring.read(path)
    except Mistake as why:
        return DrillOutcome(problem=DrillProblem.UNREADABLE, name=path.name, figures={"why": str(why)})
    told = {"backup": manifest.id, "name": path.name, "cut_at": manifest.at}
    work.report("restore", 30)
    scratch = f"rounds_drill_{work.run_id.hex[:12]}"
    try:
        database.drop_scratch(scratch)  # of a try that was killed
        _same, findings = restoring.restore_into(scratch, path, gone=forgotten.subjects(), manifest=manifest)
    except Mistake as why:
        return DrillOutcome(problem=DrillProblem.NOT_RESTORED, figures={"why": str(why)}, **told)
    finally:
        _clean_up(scratch)
    figures = asdict(findings) | {"seconds": round(time.monotonic() - began, 1), "bytes": path.stat().st_size}
    return DrillOutcome(problem=_problem(manifest, findings), figures=figures, **told)


def _clean_up(scratch: str) -> None:
    """What was found out counts, also where the database that it was found in could not be dropped."""
    try:
        database.drop_scratch(scratch)
    except (Mistake, psycopg.Error) as why:
        log.warning("scratch_database_left", extra={"reason": type(why).__name__, "where": scratch})


def _problem(manifest: Manifest, findings: Findings) -> str:
    if findings.differ or manifest.missing_count:
        return DrillProblem.DIFFERS
    return "" if findings.chain_holds else DrillProblem.CHAIN
