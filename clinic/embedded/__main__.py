"""`python -m clinic.embedded COMMAND...`: run a command beside the embedded database, started for it where needed."""

import subprocess
import sys

from clinic.embedded.home import default_home
from clinic.embedded.postgres import Embedded
from clinic.embedded.unavailable import Unavailable


def main(command: list[str]) -> int:
    try:
        with Embedded(default_home()).running():
            return subprocess.run(command, check=False).returncode
    except Unavailable as why:
        print(f"rounds: {why}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
