"""`python -m radiology.training`: the same as `manage.py radiology_train`, without settings and database."""

import argparse
import functools

from radiology.training import command


def main() -> None:
    parser = argparse.ArgumentParser("radiology.training", description=command.HELP)
    command.add_arguments(parser)
    command.run(parser.parse_args(), say=functools.partial(print, flush=True))


if __name__ == "__main__":
    main()
