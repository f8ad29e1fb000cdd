from extraction.models.decisions import Act, FieldDecision
from extraction.models.sheets import FactSheet

__all__ = ["Act", "FactSheet", "FieldDecision"]
