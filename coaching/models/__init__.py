from clinic.models import EngineWish as Engines
from coaching.models.live import LiveNote, LiveSession
from coaching.models.practices import (
    BYTES_A_SECOND,
    HEADER_BYTES,
    LANGUAGES,
    OPEN,
    SATISFACTION,
    SATISFIED_FROM,
    Attempt,
    AttemptQuerySet,
    AttemptState,
    Keeps,
    Piece,
    Practice,
)
from coaching.models.questions import QuestionState, SiteQuestion
from coaching.models.searches import QuestionVector, Search
from coaching.models.speakers import DrawnQuestion, LawfulPurpose, Participation, Speaker, TalliedPerson, Tally

__all__ = [
    "BYTES_A_SECOND", "HEADER_BYTES", "LANGUAGES", "OPEN", "SATISFACTION", "SATISFIED_FROM", "Attempt",
    "AttemptQuerySet", "AttemptState", "DrawnQuestion", "Engines", "Keeps", "LawfulPurpose", "LiveNote",
    "LiveSession", "Participation", "Piece", "Practice", "QuestionState", "QuestionVector", "Search", "SiteQuestion",
    "Speaker", "TalliedPerson", "Tally",
]  # fmt: skip
