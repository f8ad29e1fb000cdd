"""`python -m classify.training`: the same as `manage.py classify_train`, without settings and database."""

import argparse
import functools
import sys

from classify.training import command
from classify.training.learning import TooFew


def main() -> int:
    parser = argparse.ArgumentParser("classify.training", description=command.HELP)
    command.add_arguments(parser)
    try:
        command.run(parser.parse_args(), say=functools.partial(print, flush=True))
    except TooFew as why:
        print(why, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
