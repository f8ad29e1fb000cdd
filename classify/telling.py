"""What is told of a document, and to whom: pages and the API ask here what an asker may see of its answer."""

from classify.models import Document
from clinic.answer_telling import AnswerTold, told_to
from clinic.authorization.actor import Actor


def answer_for(by: Actor, document: Document) -> AnswerTold | None:
    return told_to(by, document.route_run_id)
