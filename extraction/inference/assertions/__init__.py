"""What a sentence says about a thing it names: that it is there, that it is not, that it may be, whose, and when.

The ConText algorithm (Harkema and others, 2009) over lists of our own: a cue reaches over what follows or precedes it
until something stops it. Nothing here knows the web framework, and nothing is learned: the lists are the engine.
"""

from extraction.inference.assertions.assertion import PRESENT, Assertion, Experiencer, Temporality
from extraction.inference.assertions.context import Sentence, assertion_of, assumed_under

__all__ = ["PRESENT", "Assertion", "Experiencer", "Sentence", "Temporality", "assertion_of", "assumed_under"]
