"""What is told of a document, and to whom: pages and the API ask here what an asker may see of its answer."""

from classify.models import Document
from clinic import concealment
from clinic.answer_telling import AnswerTold, opened
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.models import Result


def answer_for(by: Actor, document: Document) -> AnswerTold | None:
    """Nothing to those who see no answers, or who are to judge first."""
    if document.route_run_id is None or not by.can(Permission.RUN_VIEW):
        return None
    found = Result.objects.select_related("case", "run").filter(run=document.route_run_id).first()
    if found is None or concealment.is_concealed(found, by):
        return None
    return AnswerTold(found, opened(found))
