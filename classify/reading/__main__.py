"""`python -m classify.reading`: the same as `manage.py classify_read`, without settings."""

import argparse
import sys

from classify.reading import command
from clinic.command_files import Mistake


def main() -> int:
    parser = argparse.ArgumentParser("classify.reading", description=command.HELP)
    command.add_arguments(parser)
    try:
        command.run(parser.parse_args(), say=lambda line: print(line, file=sys.stderr, flush=True))
    except Mistake as why:
        print(why, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
