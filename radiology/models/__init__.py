from radiology.models.dicom import DicomObject
from radiology.models.films import Film, FilmState, ReadState, TextState
from radiology.models.policies import BlindRule, ReadingPolicy
from radiology.models.reads import Certainty, FilmRead, FilmVerdict, Impression, Reason, Stance
from radiology.models.recall import ForgottenAnswers

__all__ = [
    "BlindRule", "Certainty", "DicomObject", "Film", "FilmRead", "FilmState", "FilmVerdict", "ForgottenAnswers",
    "Impression", "ReadState", "ReadingPolicy", "Reason", "Stance", "TextState",
]  # fmt: skip
