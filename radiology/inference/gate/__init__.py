"""Is this a film that the engine was made for? Asked before any net of the engine sees it."""

from radiology.inference.gate.judging import judge
from radiology.inference.gate.verdicts import Code, Offer, Reason, Verdict

__all__ = ["Code", "Offer", "Reason", "Verdict", "judge"]
