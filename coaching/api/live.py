"""A human coach: two people, one sheet of notes. The same actions as the pages."""

from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api.base import ApiView, actor_of, asked, page, shown, told
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.fields import PageQuery
from clinic.api.paging import cut
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.colleagues import colleagues
from clinic.errors import Code, Refusal
from clinic.models import User
from clinic.views.keyset import Section
from coaching import access
from coaching.actions import live as acts
from coaching.api import examples
from coaching.api.shapes import CoachWish, LiveCard, LiveDetail, LiveNoteCard, LiveNoteWish
from coaching.models import LiveSession

MINE = (P.COACH_PRACTISE,)
ONE_SESSION = Content(LiveDetail, examples.LIVE_DETAIL)


class InvitationView(ApiView):
    needs = {"POST": MINE}

    @operation("inviteCoach", "Ask somebody of the site to coach a practice",
               takes=Content(CoachWish, examples.COACH_WISH), gives={201: ONE_SESSION},
               refuses=(Code.NOT_FOUND, Code.NOT_A_MEMBER, Code.SESSION_OVER, Code.ALREADY_EXISTS))  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, CoachWish)
        practice = access.practice(by, pk)
        live = acts.invite(by=by, practice=practice, coach=_colleague(by, wish["coach"]))
        return shown(LiveDetail, access.live(by, live.pk), status=201)


def _colleague(by: Actor, pk: UUID) -> User:
    found = colleagues(by).filter(pk=pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def _sessions(by: Actor) -> QuerySet[LiveSession]:
    return LiveSession.objects.visible_to(by).select_related("person", "coach")


class LiveSessionsView(ApiView):
    needs = {"GET": MINE}

    @operation("listLiveSessions", "Sessions in which you speak or coach, the newest first", query=PageQuery,
               gives={200: Content(page_of(LiveCard), a_page(examples.LIVE))})  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = _sessions(actor_of(request))
        return page(LiveCard, cut([Section(rows, ("-began_at", "-id"))], asked(request, PageQuery)))


class LiveSessionView(ApiView):
    needs = {"GET": MINE}

    @operation("readLiveSession", "Read a session: its question, and the notes of both", gives={200: ONE_SESSION},
               refuses=(Code.NOT_FOUND,))  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        return shown(LiveDetail, access.live(actor_of(request), pk))


class LiveNotesView(ApiView):
    needs = {"POST": MINE}

    @operation("writeLiveNote", "Write on the sheet of both", takes=Content(LiveNoteWish, {"text": "Slower."}),
               gives={201: Content(LiveNoteCard, examples.LIVE_NOTE)},
               refuses=(Code.NOT_FOUND, Code.SESSION_OVER))  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, LiveNoteWish)
        return shown(LiveNoteCard, acts.note(by=by, live=access.live(by, pk), text=wish["text"]), status=201)


class LiveEndView(ApiView):
    needs = {"POST": MINE}

    @operation("endLiveSession", "End a session; either of the two may", gives={200: ONE_SESSION},
               refuses=(Code.NOT_FOUND, Code.SESSION_OVER))  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        acts.end(by=by, live=access.live(by, pk))
        return shown(LiveDetail, access.live(by, pk))
