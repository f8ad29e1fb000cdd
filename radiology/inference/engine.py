"""The pair of nets as workers ask it: two answers and their weighted mean, calibrated, with its map."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import load_file

from clinic.doubt.calibration import Calibrator, logits_of
from clinic.doubt.conformal import PredictionSets
from radiology.inference import arithmetic, ensemble, maps, members, risk
from radiology.inference.film import Film
from radiology.inference.films import stretched
from radiology.inference.findings import FINDINGS
from radiology.inference.framing import Frame, frame_of
from radiology.inference.maps import FilmMap
from radiology.inference.members import Runner, Seen

_MANIFEST = "manifest.json"


class PrecisionMissing(ValueError):
    """This processor does not compute with what was asked for; nothing else is put in its place."""


@dataclass(frozen=True)
class Identity:
    """Who answered. The same files in another precision or through another backend are somebody else."""

    name: str
    version: str
    digest: str  # of the manifest, which names every file
    backend: str
    precision: str

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.digest[:12]}, {self.precision}, {self.backend})"


@dataclass(frozen=True)
class Reading:
    """What the pair says of one film. `members` is what each net said before mean and calibration."""

    probabilities: Mapping[str, float]  # calibrated
    members: Mapping[str, Mapping[str, float]]
    prediction: str
    prediction_set: tuple[str, ...]
    level: float  # that the sets promise
    calibrated_on: int  # films
    engine: Identity
    map: FilmMap | None = None

    @property
    def confidence(self) -> float:
        return self.probabilities[self.prediction]

    @property
    def risk_level(self) -> str:
        return risk.level(self.prediction, self.confidence)


@dataclass(frozen=True)
class ChestPair:
    runners: tuple[Runner, ...]
    calibrator: Calibrator
    sets: PredictionSets
    identity: Identity
    manifest: Mapping[str, Any]
    weights: Mapping[str, Mapping[str, Any]] = field(repr=False)  # as stored, by member: another precision starts there

    def read(self, films: Sequence[Film | Frame] | Frame, *, with_maps: bool = True) -> list[Reading]:
        """One film after the other, so that what is said of one does not depend on its neighbours."""
        return [self._read(square_of(film), with_maps) for film in films]

    def at(self, precision: str) -> "ChestPair":
        """The same pair in a stated precision: for a replay, and for sealed cases, which are in float32."""
        if precision == self.identity.precision:
            return self
        if precision not in arithmetic.native():
            raise PrecisionMissing(precision)
        return replace(self, runners=_runners(self.manifest, self.weights, precision),
                       identity=replace(self.identity, precision=precision))  # fmt: skip

    def sure(self, squares: Any) -> NDArray[np.float64]:
        """Calibrated probabilities of squares (n, 1, side, side) from 0 to 1."""
        return np.stack([self._calibrated(self._seen(square)) for square in squares.split(1)])

    def _read(self, square: Any, with_map: bool) -> Reading:
        seen = self._seen(square)
        sure = self._calibrated(seen)
        best = int(sure.argmax())
        inside = self.sets.sets(sure[None])[0]
        return Reading(
            probabilities=_named(sure),
            members={name: _named(one.probabilities) for name, one in seen.items()},
            prediction=FINDINGS[best],
            prediction_set=tuple(name for name, is_in in zip(FINDINGS, inside, strict=True) if is_in),
            level=min(self.sets.levels),
            calibrated_on=self.calibrator.n,
            engine=self.identity,
            map=self._map(seen, best) if with_map else None,
        )

    def _seen(self, square: Any) -> dict[str, Seen]:
        return {runner.name: runner.see(square) for runner in self.runners}

    def _map(self, seen: Mapping[str, Seen], finding_at: int) -> FilmMap:
        grids = {runner.name: runner.map_of(seen[runner.name], finding_at) for runner in self.runners}
        return maps.mixed(grids, shares(self.runners))

    def _calibrated(self, seen: Mapping[str, Seen]) -> NDArray[np.float64]:
        told = {name: one.probabilities[None] for name, one in seen.items()}
        mixed: NDArray[np.float64] = self.calibrator.apply(logits_of(ensemble.mean(told, shares(self.runners))))[0]
        return mixed


def load(folder: Path, manifest: Mapping[str, Any]) -> ChestPair:
    """From files that were checked; in the fastest precision that the manifest allows and this processor has."""
    precision = next(each for each in arithmetic.native() if each in manifest["arithmetic"])
    digest = hashlib.sha256((folder / _MANIFEST).read_bytes()).hexdigest()
    return opened(folder, manifest, digest, precision)


def opened(folder: Path, manifest: Mapping[str, Any], digest: str, precision: str) -> ChestPair:
    """Also of a folder that is just being made, and has no manifest yet."""
    stored = json.loads((folder / manifest["calibration"]).read_text())
    weights = {name: load_file(folder / facts["file"]) for name, facts in manifest["members"].items()}
    return ChestPair(
        _runners(manifest, weights, precision),
        Calibrator.from_json(stored["calibrator"]),
        PredictionSets.from_json(stored["sets"]),
        Identity(manifest["name"], manifest["version"], digest, arithmetic.backend(), precision),
        manifest,
        weights,
    )


def square_of(film: Film | Frame) -> Any:
    frame = frame_of(film) if isinstance(film, Film) else film
    return stretched(frame[None])


def shares(runners: Sequence[Runner]) -> dict[str, float]:
    return {runner.name: runner.share for runner in runners}


def _runners(manifest: Mapping[str, Any], weights: Mapping[str, Mapping[str, Any]], precision: str) -> tuple[Any, ...]:
    return tuple(members.runner(name, facts, weights[name], precision) for name, facts in manifest["members"].items())


def _named(told: NDArray[np.float64]) -> dict[str, float]:
    return dict(zip(FINDINGS, told.tolist(), strict=True))
