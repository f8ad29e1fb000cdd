"""Opening, answering and map tests, as workers do them. The only room here that meets the engine."""

from dataclasses import asdict
from typing import Any

from clinic.engines import opening as engine_files
from clinic.engines.unfit import Unfit
from clinic.evidence import ImageRegion
from clinic.models import Engine, Result, RunError
from clinic.pipeline import Failed, UploadReader, Work
from radiology.inference import engine, gate, map_checks, opening, regions, upright
from radiology.inference.dicom_parts import described_bounded
from radiology.inference.film import Film as Picture
from radiology.inference.film import Unreadable
from radiology.inference.showing import frame_facts
from radiology.outcomes import ChestAnswer, FilmMap, FilmOutcome, MapTestOutcome

DICOM_TYPE = "application/dicom"


def open_film(work: Work) -> FilmOutcome:
    work.report("decode", 10)
    try:
        picture = _picture(work.upload, work.params)
    except Unreadable as why:
        _raise_if_ours(why)
        return FilmOutcome(problem=why.code)
    work.report("gate", 60)
    verdict = gate.judge(picture)
    rows, columns = picture.shape
    header = picture.header
    return FilmOutcome(
        rows=rows, columns=columns, bits=picture.bits, modality=header.modality, view=header.view,
        laterality=header.laterality, age_years=_whole_years(header.age_years), is_generated=verdict.is_generated,
        reasons=verdict.codes, offer=_offer(verdict, work.params), dicom=_told_apart(work.upload),
        frame=frame_facts(picture),
    )  # fmt: skip


def _told_apart(upload: UploadReader) -> dict[str, Any]:
    """What searches of other viewers look at, kept beside the pixels."""
    if upload.content_type != DICOM_TYPE:
        return {}
    try:
        found = described_bounded(upload)
    except Unreadable as why:  # it has a picture, so it is read; it is only not handed on
        _raise_if_ours(why)
        return {}
    return asdict(found) if found else {}


def _picture(upload: UploadReader, params: dict[str, Any]) -> Picture:
    picture = opening.open_bounded(upload)
    return upright.upright(picture, params.get("quarter_turns", 0), is_inverted=params.get("is_inverted", False))


def _raise_if_ours(why: Unreadable) -> None:
    """Nothing is wrong with the film: it is tried again."""
    if why.code in opening.MACHINE_CODES:
        raise Failed(RunError.UNEXPECTED, detail_code=why.code, retry=True)


def _whole_years(age: float | None) -> int | None:
    return None if age is None else min(90, int(age))


def _offer(verdict: gate.Verdict, params: dict[str, Any]) -> dict[str, Any]:
    """What would put it right, counted from the file as it came; the gate counts its quarters the other way round."""
    if verdict.offer is None:
        return {}
    turns = (params["quarter_turns"] - verdict.offer.quarter_turns) % 4
    return {"quarter_turns": turns, "is_inverted": params["is_inverted"] != verdict.offer.invert}


def read_film(work: Work) -> ChestAnswer:
    upload = work.upload
    work.report("decode", 10)
    try:
        picture = _picture(upload, work.params)
    except Unreadable as why:
        _raise_if_ours(why)
        raise Failed(RunError.INPUT_REFUSED, detail_code=why.code) from None
    work.report("ask", 40)
    pair = work.engine.asked
    [reading] = pair.read([picture], with_maps=not work.params["disable_cam"])
    return ChestAnswer(
        label=reading.prediction, scores=_mean(reading.members, engine.shares(pair.runners)),
        probabilities=dict(reading.probabilities),
        prediction_set=reading.prediction_set, level=reading.level, calibrated_on=reading.calibrated_on,
        evidence=_places(upload, reading.map, work.params["quarter_turns"]),
        members={name: dict(told) for name, told in reading.members.items()},
        risk=reading.risk_level, map=_map(reading.map), precision=reading.engine.precision,
        features={"rows": picture.shape[0], "columns": picture.shape[1], "source": picture.header.source},
    )  # fmt: skip


def _mean(members: Any, shares: dict[str, float]) -> dict[str, float]:
    """Of both nets before calibration, for whoever replays it."""
    names = next(iter(members.values()))
    return {name: sum(shares[member] * told[name] for member, told in members.items()) for name in names}


def _map(found: Any) -> FilmMap | None:
    if found is None or found.is_empty:
        return None
    rows, columns = found.values.shape
    flat = {name: tuple(grid.ravel().tolist()) for name, grid in found.members.items()}
    return FilmMap(rows, columns, tuple(found.values.ravel().tolist()), flat)


def _places(upload: UploadReader, found: Any, quarter_turns: int) -> tuple[ImageRegion, ...]:
    """Where the map is strongest, as a box that opens in the file."""
    if found is None or found.is_empty:
        return ()
    hot = regions.hottest(found.values)
    box = upright.box_in_file(hot.left, hot.top, hot.width, hot.height, quarter_turns)
    return (ImageRegion(upload=str(upload.id), sha256=upload.sha256, weight=hot.share, **box),)  # type: ignore[arg-type]


def test_map(work: Work) -> MapTestOutcome:
    """With the engine that gave the map, or not at all: another one's map is another map."""
    result = Result.objects.select_related("run", "case").get(run=work.params["run"])
    pair = _engine_of(result)
    picture = _picture(work.upload, result.run.params)
    work.report("masks", 20)
    [reading] = pair.read([picture])
    found = map_checks.check(pair, picture, reading)
    return MapTestOutcome(run=work.params["run"], is_passed=found.is_explanation, beaten=found.beaten,
                          masks=len(found.by_chance), correlation=found.correlation, reason=found.reason)  # fmt: skip


def _engine_of(result: Result) -> Any:
    installed = Engine.objects.filter(digest=result.engine_digest).first()
    if installed is None:
        raise Failed(RunError.ENGINE_MISSING)
    try:
        return engine_files.open_engine(installed)
    except Unfit as why:
        raise Failed(RunError.ENGINE_MISSING, detail_code=why.fault.value) from None
