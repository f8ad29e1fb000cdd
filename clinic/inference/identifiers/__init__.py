"""What tells who a text is about, found and hidden before it leaves the building. English and Spanish, rules only."""

from clinic.inference.identifiers.finding import find
from clinic.inference.identifiers.hiding import Hidden, hide, restore, restored
from clinic.inference.identifiers.kinds import Found, Kind

__all__ = ["Found", "Hidden", "Kind", "find", "hide", "restore", "restored"]
