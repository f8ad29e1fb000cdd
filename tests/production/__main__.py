"""`make production KILLS=5`: the product on real parts: its flows, then each part killed so many times under load.

Ends with a line of figures. Where a package is missing it says which, and tries nothing.
"""

import argparse
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from tests.production import parts
from tests.production.house import House, house

if TYPE_CHECKING:  # at run time only when Django is set up
    from tests.production.trial import Figures

READY_WITHIN_S = 600.0


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make production", description=__doc__)
    parser.add_argument("--kills", type=int, default=5, help="of each part")
    parser.add_argument("--seconds", type=float, default=7200, help="after which no further kill is begun")
    options = parser.parse_args(words)
    if lacking := parts.missing():
        print(f"production: skipped, this machine lacks {', '.join(lacking)}: apt-get install {' '.join(lacking)}")
        return 0
    with house() as built:
        figures = _tried(built, options.kills, options.seconds)
    for complaint in figures.complaints:
        print(f"production: {complaint}", file=sys.stderr)
    print(figures.line(), flush=True)
    return 1 if figures.complaints else 0


def _tried(built: House, kills: int, seconds: float) -> "Figures":
    os.environ |= built.environment
    import django

    django.setup()
    from tests.production.trial import Trial

    print(f"production: {built.words}, {_versions()}, objects kept by moto", flush=True)
    trial = Trial(built, kills, seconds)
    began = time.monotonic()
    trial.wait_ready(READY_WITHIN_S)
    print(f"production: every part answers after {time.monotonic() - began:.0f} s", flush=True)
    return trial.go()


def _versions() -> str:
    redis = subprocess.run([str(parts.REDIS), "--version"], capture_output=True, text=True, check=True).stdout
    nginx = ".".join(map(str, parts.nginx_version()))
    return f"Redis {redis.split('v=')[1].split()[0]}, RabbitMQ, nginx {nginx}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
