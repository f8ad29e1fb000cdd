"""A site's own questions: read, proposed, decided on, taken out."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api.base import ApiView, actor_of, asked, page, shown, told
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.fields import PageQuery
from clinic.api.paging import cut
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.views.keyset import Section
from coaching import access, asking
from coaching.actions import questions as acts
from coaching.api import examples
from coaching.api.serializers import (
    BroughtCard,
    QuestionsFile,
    QuestionsFileWish,
    SiteQuestionCard,
    SiteQuestionDecision,
    SiteQuestionWish,
)
from coaching.models import SiteQuestion

MINE = (P.COACH_PRACTISE,)
ONE_QUESTION = Content(SiteQuestionCard, examples.SITE_QUESTION)


class SiteQuestionsView(ApiView):
    needs = {"GET": MINE, "POST": MINE}

    @operation("listSiteQuestions", "Questions the site wrote, the newest first", query=PageQuery,
               gives={200: Content(page_of(SiteQuestionCard), a_page(examples.SITE_QUESTION))})  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = SiteQuestion.objects.visible_to(actor_of(request))
        return page(SiteQuestionCard, cut([Section(rows, ("-written_at", "-id"))], asked(request, PageQuery)))

    @operation("proposeQuestion", "Propose a question of your own",
               takes=Content(SiteQuestionWish, {"body": examples.OWN_QUESTION}), gives={201: ONE_QUESTION},
               refuses=(Code.ALREADY_EXISTS,))  # fmt: skip
    def post(self, request: Request) -> Response:
        row = acts.propose(by=actor_of(request), body=told(request, SiteQuestionWish)["body"])
        return shown(SiteQuestionCard, row, status=201)


class SiteQuestionView(ApiView):
    needs = {"GET": MINE}

    @operation("readSiteQuestion", "Read a question of the site", gives={200: ONE_QUESTION}, refuses=(Code.NOT_FOUND,))
    def get(self, request: Request, pk: UUID) -> Response:
        return shown(SiteQuestionCard, access.site_question(actor_of(request), pk))


class SiteQuestionDecisionView(ApiView):
    needs = {"POST": (P.COACH_QUESTIONS,)}

    @operation("decideQuestion", "Publish, refuse or withdraw a question",
               takes=Content(SiteQuestionDecision, {"act": "publish", "why": ""}), gives={200: ONE_QUESTION},
               refuses=(Code.NOT_FOUND, Code.ALREADY_DECIDED, Code.SECOND_PERSON_NEEDED))  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, SiteQuestionDecision)
        row = access.site_question(by, pk)
        return shown(SiteQuestionCard, _decided(by, row, wish))


def _decided(by: Actor, row: SiteQuestion, wish: dict[str, Any]) -> SiteQuestion:
    if wish["act"] == "refuse":
        return acts.refuse(by=by, question=row, why=wish["why"])
    act = acts.publish if wish["act"] == "publish" else acts.retire
    return act(by=by, question=row)


class QuestionsExportView(ApiView):
    needs = {"GET": MINE}

    @operation("exportQuestions", "The bank and what the site published, as it can be brought in again",
               gives={200: Content(QuestionsFile, examples.QUESTIONS_FILE)})  # fmt: skip
    def get(self, request: Request) -> Response:
        return shown(QuestionsFile, {"questions": [asking.told(one) for one in asking.questions(actor_of(request))]})


class QuestionsImportView(ApiView):
    needs = {"POST": MINE}

    @operation("importQuestions", "Bring in a file of questions, all of it or nothing",
               takes=Content(QuestionsFileWish, examples.QUESTIONS_FILE),
               gives={200: Content(BroughtCard, examples.BROUGHT)},
               says="What is here already, word for word, is passed over. The rest is proposed; nobody is asked it "
               "before somebody else has published it.")  # fmt: skip
    def post(self, request: Request) -> Response:
        return shown(BroughtCard, acts.bring_in(by=actor_of(request), told=told(request, QuestionsFileWish)))
