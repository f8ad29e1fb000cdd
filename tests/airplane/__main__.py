"""`make airplane`: a folder of wheels, then no network at all: installed, started and looked at by a browser, while
every attempt to reach anything else is counted. ONLY=… for some of the browser's tests.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make airplane", description=__doc__)
    parser.add_argument("--wheels", type=Path, help="a folder filled before, instead of one filled now")
    parser.add_argument("--tests", nargs="*", default=["tests/browser"], help="none: only the house is started")
    options = parser.parse_args(words)
    if not can_part():
        print("airplane: skipped, only root may make a network of its own here (unshare --net --mount)")
        return 0
    place = Path(tempfile.mkdtemp(prefix="rounds-airplane-", dir="/var/lib"))
    place.chmod(0o711)
    try:
        return _tried(place, options.wheels or filled(place / "wheels"), options.tests)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def can_part() -> bool:
    if not (shutil.which("unshare") and shutil.which("ip") and os.geteuid() == 0):
        return False
    return subprocess.run(["unshare", "--net", "--mount", "true"], capture_output=True, check=False).returncode == 0


def filled(folder: Path) -> Path:
    """The last thing that is fetched. The locks name everything, so nothing has to be resolved."""
    wanted = [word for name in ("requirements-dev.lock", "requirements-files.lock") for word in ("-r", name)]
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), *wanted]
    subprocess.run(command, cwd=ROOT, check=True)
    return folder


def _tried(place: Path, wheels: Path, tests: list[str]) -> int:
    """Of what is committed, as whoever carries it there has it."""
    checkout = place / "checkout"
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(checkout)], check=True)
    inside = [sys.executable, "-m", "tests.airplane.inside", str(place), str(wheels.resolve())]
    group = "dev" if tests else "run"
    done = subprocess.run(["unshare", "--net", "--mount", *inside, group, *tests], cwd=ROOT, check=False)
    if done.returncode:
        return done.returncode
    told = json.loads((place / "told.json").read_text())
    counted = [told[phase] for phase in ("house", "browser") if phase in told]
    outgoing, dns = sum(one["outgoing"] for one in counted), sum(one["dns"] for one in counted)
    for name in told["names_asked"]:
        print(f"airplane: asked for the name {name}", file=sys.stderr)
    print(
        f"wheels={len(list(wheels.iterdir()))} installed_s={told['installed_s']} ready_s={told['ready_s']}"
        f" house_outgoing={told['house']['outgoing']} browser_rc={told.get('browser_rc', 'none')}"
        f" outgoing={outgoing} dns={dns}"
    )
    return int(bool(outgoing or dns or told.get("browser_rc")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
