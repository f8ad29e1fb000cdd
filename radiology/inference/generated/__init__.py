"""Films that show nobody: drawn from shapes and noise, the same for the same seed, for demo, tests and golden cases.

Their findings look like what they are called after; they are no evidence of how well an engine reads real films.
"""

from radiology.inference.generated.drawing import Drawn, Kind, draw
from radiology.inference.generated.marking import is_generated

__all__ = ["Drawn", "Kind", "draw", "is_generated"]
