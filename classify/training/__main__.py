"""`python -m classify.training`: the same as `manage.py classify_train`, without settings and database."""

import argparse
import functools

from classify.training import command


def main() -> None:
    parser = argparse.ArgumentParser("classify.training", description=command.HELP)
    command.add_arguments(parser)
    command.run(parser.parse_args(), say=functools.partial(print, flush=True))


if __name__ == "__main__":
    main()
