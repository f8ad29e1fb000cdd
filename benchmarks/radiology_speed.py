"""`make bench-radiology-speed`: both members and both maps, against the same done as tutorials do it.

The reference computes in float32: each net once for its answer, and EfficientNet once more forwards and backwards for
its map. Both sides get the same film and the same nets; they take turns, so that what else the machine does hits both.
Without `--engine` the nets have learned nothing, which takes the same time.
"""

import argparse
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from benchmarks.doubt.report import Line
from benchmarks.untrained import write_untrained
from clinic.engines import manifests
from radiology.inference import arithmetic, engine, members, nets
from radiology.inference.engine import ChestPair, Reading
from radiology.inference.films import normalised, resized, stretched
from radiology.inference.findings import FINDINGS
from radiology.inference.framing import Frame, frame_of
from radiology.inference.generated import Kind, draw

PAIRS, SIZES, FILMS = 30, (224, 128), 60
MARKS = {arithmetic.FLOAT32: 2.0, arithmetic.BFLOAT16: 3.5}
COLD_START = """
import sys
import time
from pathlib import Path
import numpy as np
import torch
from clinic.engines import manifests
from radiology.inference import engine
torch.set_num_threads(int(sys.argv[2]))
folder = Path(sys.argv[1])
manifest = manifests.read(folder)
manifests.check_files(folder, manifest)
engine.load(folder, manifest.told).read([np.zeros((224, 224), np.uint8)])
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(time.process_time(), int(status["VmHWM"].split()[0]) / 1024**2)
"""
Clock = Callable[[], float]


@dataclass(frozen=True)
class Naive:
    """The nets as torchvision builds them, with hooks where a map is wanted."""

    built: Mapping[str, nn.Module]
    size: int
    shares: Mapping[str, float]

    def read(self, frame: Frame) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        films = normalised(resized(stretched(frame[None]), self.size))
        with torch.no_grad():
            told = {name: net(films).double().softmax(dim=1)[0].numpy() for name, net in self.built.items()}
        mean = np.sum([self.shares[name] * says for name, says in told.items()], axis=0)
        return mean, naive_map(self.built[nets.EFFICIENTNET_V2_S], films, int(mean.argmax()))


def naive_map(net: Any, films: Any, finding_at: int) -> NDArray[np.float32]:
    cells: list[Any] = []
    hook = net.features.register_forward_hook(lambda _net, _given, made: cells.append(made))
    score = net(films)[0, finding_at]
    hook.remove()
    cells[0].retain_grad()
    net.zero_grad()
    score.backward()
    weights = cells[0].grad.mean(dim=(2, 3), keepdim=True)
    return np.asarray(functional.relu((weights * cells[0]).sum(dim=1))[0].detach().numpy())


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-radiology-speed", description=__doc__)
    parser.add_argument("--engine", type=Path, help="an engine's folder: its own film size, its own weights")
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--processor-time", action="store_true", help="count it instead of time: for a busy machine")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    clock = time.process_time if options.processor_time else time.perf_counter
    print(f"{platform.machine()}, {options.threads} threads, {clock.__name__}, torch {torch.__version__}")
    print(f"{arithmetic.backend()}; computes natively in {', '.join(arithmetic.native())}")
    with tempfile.TemporaryDirectory() as made:
        folders = [options.engine] if options.engine else [write_untrained(Path(made, str(px)), px) for px in SIZES]
        lines = [line for folder in folders for line in _measured(folder, options, clock)]
    missed = [line for line in lines if not line.met]
    print(f"radiology speed: {sum(bool(line.mark) for line in lines) - len(missed)} marks met, {len(missed)} missed")
    return 1 if missed else 0


def _measured(folder: Path, options: argparse.Namespace, clock: Clock) -> list[Line]:
    told = manifests.read(folder).told
    size = max(facts["size"] for facts in told["members"].values())
    print(f"{told['name']}, films of {size} px")
    lines = [_cold_start(folder, options)]
    print(lines[0], flush=True)
    pair = engine.load(folder, told)
    frames = [frame_of(draw(kind, seed).film) for kind in (Kind.NORMAL, Kind.OPACITY_LEFT) for seed in (1, 2, 3)]
    naive = _naive(folder, told, size)
    for precision in reversed(arithmetic.native()):
        lines += _against(naive, pair.at(precision), frames, options.pairs, clock)
    lines.append(_throughput(pair, frames, clock))
    print(*lines[1:], sep="\n", flush=True)
    return lines


def _naive(folder: Path, told: Mapping[str, Any], size: int) -> Naive:
    built = {name: _as_built(name, folder / facts["file"]) for name, facts in told["members"].items()}
    return Naive(built, size, {name: facts["share"] for name, facts in told["members"].items()})


def _as_built(name: str, file: Path) -> nn.Module:
    net = members.filled(name, load_file(file))
    return net.requires_grad_(True)


def _against(naive: Naive, pair: ChestPair, frames: list[Frame], pairs: int, clock: Clock) -> list[Line]:
    precision = pair.identity.precision
    theirs, ours, ratios, alike, same = [], [], [], [], []
    naive.read(frames[0])
    for number in range(pairs):
        frame = frames[number % len(frames)]
        (mean, grid), slow = _timed(partial(naive.read, frame), clock)
        (reading,), fast = _timed(partial(pair.read, [frame]), clock)
        theirs.append(slow)
        ours.append(fast)
        ratios.append(slow / fast)
        same.append(_mean_label(pair, reading) == FINDINGS[int(mean.argmax())] or _is_close_call(mean))
        alike.append(_likeness(reading.map.members[nets.EFFICIENTNET_V2_S], grid))
    ratio, mark = float(np.median(ratios)), MARKS[precision]
    return [
        Line(f"{precision}: naive {1000 * np.median(theirs):.0f} ms, ours {1000 * np.median(ours):.0f} ms; ratio",
             f"{ratio:.2f} (quartiles {np.quantile(ratios, 0.25):.2f} to {np.quantile(ratios, 0.75):.2f}, n={pairs})",
             f"at least {mark}", ratio >= mark),
        Line(f"{precision}: correlation of the maps, smallest", f"{min(alike):.4f}", "at least 0.99",
             min(alike) >= 0.99),
        Line(f"{precision}: the same label", f"{sum(same)} of {pairs}", "all", all(same)),
    ]  # fmt: skip


def _mean_label(pair: ChestPair, reading: Reading) -> str:
    """Before calibration, as the reference has none."""
    shares = engine.shares(pair.runners)
    told = {
        finding: sum(shares[name] * says[finding] for name, says in reading.members.items()) for finding in FINDINGS
    }
    return max(FINDINGS, key=told.__getitem__)


def _is_close_call(mean: NDArray[np.float64]) -> bool:
    second, first = np.sort(mean)[-2:]
    return bool(first - second < 0.01)


def _likeness(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> float:
    """Two maps without any difference in them are alike."""
    if np.ptp(ours) == 0 or np.ptp(theirs) == 0:
        return float(np.ptp(ours) == np.ptp(theirs))
    return float(np.corrcoef(ours.ravel(), theirs.ravel())[0, 1])


def _throughput(pair: ChestPair, frames: list[Frame], clock: Clock) -> Line:
    many = [frames[number % len(frames)] for number in range(FILMS)]
    _, seconds = _timed(partial(pair.read, many, with_maps=False), clock)
    rate = FILMS / seconds
    return Line(f"films a second, maps off, {pair.identity.precision}", f"{rate:.1f}", "at least 10", rate >= 10)


def _cold_start(folder: Path, options: argparse.Namespace) -> Line:
    """A process of its own: from nothing to its first answer, and the memory it took."""
    told = [sys.executable, "-c", COLD_START, str(folder), str(options.threads)]
    made, passed = _timed(partial(subprocess.run, told, check=True, capture_output=True), time.perf_counter)
    computed, room = (float(each) for each in made.stdout.split())
    seconds = computed if options.processor_time else passed
    return Line("cold start to the first answer (processor time); memory of the worker",
                f"{passed:.1f} s ({computed:.1f} s); {room:.2f} GB",
                "at most 10 s, under 1.5 GB", seconds <= 10 and room < 1.5)  # fmt: skip


def _timed(work: Callable[[], Any], clock: Clock) -> tuple[Any, float]:
    began = clock()
    done = work()
    return done, clock() - began


if __name__ == "__main__":
    sys.exit(main())
