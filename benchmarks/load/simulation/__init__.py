"""A house of any size, played through event by event with the times that were measured in a small one."""

from benchmarks.load.simulation.told import simulate

__all__ = ["simulate"]
