"""`python -m benchmarks.dicom_samples FOLDER [--fuzz 10000]`: every file ends in a film or a named refusal.

Looks into archives in the folder too. `--fuzz` damages DICOM files made here, from a fixed seed, and opens each in a
bounded child. Ends 1 when anything but a film or an `Unreadable` came out.
"""

import argparse
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from pydicom.uid import JPEG2000Lossless, RLELossless

from radiology.inference.dicom_files import compressed, dicom_file
from radiology.inference.film import Unreadable
from radiology.inference.framing import frame_of
from radiology.inference.opening import MACHINE_CODES, open_bounded

NOT_FILMS = (".csv", ".md")


def samples(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.iterdir()):
        if path.name.endswith((".tar.gz", ".tgz", ".tar")):
            with tarfile.open(path) as archive:
                for member in archive:
                    if (file := archive.extractfile(member) if member.isfile() else None) is not None:
                        yield member.name, file.read()
        elif path.is_file() and path.suffix not in NOT_FILMS:
            yield path.name, path.read_bytes()


class Ends:
    """How files ended. A film or a refusal with a code is an end; everything else is a death."""

    def __init__(self) -> None:
        self.codes: Counter[str] = Counter()
        self.deaths: list[str] = []
        self.child_crashes = 0
        self.slowest_s = 0.0

    def open(self, name: str, data: bytes) -> str:
        start = time.perf_counter()
        code, said = self._end(name, data)
        self.slowest_s = max(self.slowest_s, time.perf_counter() - start)
        self.codes[code] += 1
        return said

    def _end(self, name: str, data: bytes) -> tuple[str, str]:
        try:
            film = open_bounded(data)
            frame_of(film)
        except Unreadable as why:
            if why.code in MACHINE_CODES:
                self.deaths.append(f"{name}: {why.code}")
            self.child_crashes += "child_crashed" in why.detail
            return why.code, f"refused: {why.code}"
        except BaseException as fault:
            self.deaths.append(f"{name}: {type(fault).__name__}")
            return "death", type(fault).__name__
        rows, columns = film.shape
        return "film", f"film: {rows} x {columns}, {film.bits} bits, {film.facts['syntax']}"

    def print(self, what: str) -> None:
        total = sum(self.codes.values())
        print(f"{what}: n={total:,}, films {self.codes['film']:,}, refused by name {total - self.codes['film']:,}")
        print("  " + ", ".join(f"{code} {count:,}" for code, count in self.codes.most_common()))
        print(f"  crashes inside a child {self.child_crashes}, slowest {self.slowest_s:.2f} s")
        print(f"  deaths outside the child: {len(self.deaths)} [0: {'MISSED' if self.deaths else 'met'}]")
        for death in self.deaths[:20]:
            print(f"    {death}")


def seeds() -> list[bytes]:
    ramp = np.linspace(0, 4095, 48 * 40).reshape(48, 40).astype(np.uint16)
    colours = np.random.default_rng(0).integers(0, 255, (24, 20, 3), dtype=np.uint8)
    more = {"WindowCenter": "1024", "WindowWidth": "2048", "PatientName": "Seed^One", "PatientAge": "044Y"}
    plain = dicom_file(ramp, bits=12, more=more)
    return [
        plain, dicom_file(ramp, bits=12, photometric="MONOCHROME1"), dicom_file(ramp.astype(np.int16) - 2048, bits=12),
        dicom_file(colours, photometric="RGB"), compressed(plain, RLELossless), compressed(plain, JPEG2000Lossless),
    ]  # fmt: skip


def damaged(data: bytes, dice: np.random.Generator) -> bytes:
    """One to three wounds, most of them in the header, where parsers decide."""
    wounded = bytearray(data)
    for _ in range(dice.integers(1, 4)):
        within = len(wounded) if dice.random() < 0.3 else min(len(wounded), 1500)
        at = int(dice.integers(132, max(within, 133)))
        wound = dice.integers(0, 5)
        if wound == 0:
            wounded[at : at + 1] = bytes([dice.integers(0, 256)])
        elif wound == 1:
            wounded[at : at + 4] = int(dice.choice([0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF])).to_bytes(4, "little")
        elif wound == 2:
            del wounded[at : at + int(dice.integers(1, 40))]
        elif wound == 3:
            wounded[at:at] = wounded[at : at + int(dice.integers(1, 200))]
        elif dice.random() < 0.3:
            del wounded[at:]
    return bytes(wounded)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--fuzz", type=int, default=0)
    parser.add_argument("--seed", type=int, default=20)
    told = parser.parse_args()
    rounds = []
    if told.folder:
        rounds.append(files := Ends())
        for name, data in samples(told.folder):
            print(f"{name:<76} {files.open(name, data)}")
        files.print("files")
    if told.fuzz:
        rounds.append(fuzz := Ends())
        dice, whole = np.random.default_rng(told.seed), seeds()
        for number in range(told.fuzz):
            fuzz.open(f"mutant {number}", damaged(whole[number % len(whole)], dice))
        fuzz.print("mutants")
    sys.exit(any(ends.deaths for ends in rounds))


if __name__ == "__main__":
    main()
