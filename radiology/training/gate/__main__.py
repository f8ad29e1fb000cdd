"""`python -m radiology.training.gate DATA --out radiology/weights/gate-1`: DATA holds the folders named in `films`."""

import argparse
import functools
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.numpy import load_file

from radiology.inference.gate.net import Weights
from radiology.training.gate import films, learning, shipping
from radiology.training.gate.films import Part, Squares
from radiology.training.gate.material import gather


def main() -> None:
    options = _parser().parse_args()
    say = functools.partial(print, flush=True)
    torch.set_num_threads(options.threads)
    real = films.load(options.data)
    weights = load_file(options.weights) if options.weights else _trained(real, options, say)
    told = {name: getattr(options, name) for name in ("steps", "drawn", "others", "seed")}
    told |= {"films": len(real.of(Part.LEARNED).squares)}
    shipping.ship(options.data, options.out, real, weights, told, say)


def _trained(real: Squares, options: argparse.Namespace, say: Callable[[str], None]) -> Weights:
    material = gather(real, options.drawn, options.others, options.seed, say)
    return learning.folded(learning.train(material, options.steps, options.seed, say))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("radiology.training.gate", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--drawn", type=int, default=240)
    parser.add_argument("--others", type=int, default=3000)
    parser.add_argument("--weights", type=Path, help="of these, only limits and figures are made anew")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    main()
