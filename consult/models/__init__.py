from consult.models.answers import ConsultAnswer
from consult.models.consults import Consult, ConsultWaits
from consult.models.parts import Part, PartState, Sort

__all__ = ["Consult", "ConsultAnswer", "ConsultWaits", "Part", "PartState", "Sort"]
