from extraction.models.decisions import Act, FieldDecision
from extraction.models.prompts import PromptMove, PromptTrial, PromptVersion
from extraction.models.sheets import FactSheet

__all__ = ["Act", "FactSheet", "FieldDecision", "PromptMove", "PromptTrial", "PromptVersion"]
