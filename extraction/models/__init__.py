from extraction.models.comparisons import BlindComparison, BlindJudgement, BlindPair
from extraction.models.decisions import Act, FieldDecision
from extraction.models.experiments import Experiment, ExperimentMove
from extraction.models.prompts import PromptMove, PromptTrial, PromptVersion
from extraction.models.rules import NEVER, FactRule
from extraction.models.sheets import FactSheet

__all__ = [
    "NEVER",
    "Act",
    "BlindComparison",
    "BlindJudgement",
    "BlindPair",
    "Experiment",
    "ExperimentMove",
    "FactRule",
    "FactSheet",
    "FieldDecision",
    "PromptMove",
    "PromptTrial",
    "PromptVersion",
]
