"""Who listens, what the speaker agrees to, and what a site has a lawful purpose for."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api.base import ApiView, actor_of, shown, told
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from coaching import access
from coaching.actions import practising, purposes
from coaching.api import examples
from coaching.api.serializers import PracticeCard
from coaching.api.shapes import AgreementWish, LawfulPurposeCard, LawfulPurposeWish, ListenerCard, ListenerWish
from coaching.inference.personas import personas

MINE, ADMINS = (P.COACH_PRACTISE,), (P.SITES_MANAGE,)
ONE_PRACTICE = Content(PracticeCard, examples.PRACTICE)
ONE_PURPOSE = Content(LawfulPurposeCard, examples.NO_PURPOSE)


class ListenersView(ApiView):
    needs = {"GET": MINE}

    @operation("listListeners", "Who may listen and ask further",
               gives={200: Content(page_of(ListenerCard), a_page(examples.LISTENER))})  # fmt: skip
    def get(self, request: Request) -> Response:
        found = [ListenerCard({"id": one.id, "name": dict(one.name)}).data for one in personas().values()]
        return Response({"results": found, "next_cursor": None})


class ListenerView(ApiView):
    needs = {"PUT": MINE}

    @operation("chooseListener", "Choose who listens to a practice and asks about what was not said",
               takes=Content(ListenerWish, {"persona": "anxious_parent"}), gives={200: ONE_PRACTICE},
               refuses=(Code.NOT_FOUND, Code.SESSION_OVER))  # fmt: skip
    def put(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, ListenerWish)
        practising.listen(by=by, practice=access.practice(by, pk), persona=wish["persona"])
        return shown(PracticeCard, access.practice(by, pk))


class AgreementView(ApiView):
    needs = {"PUT": MINE}

    @operation("agreeToEstimate", "Agree to an estimate of how lively you sound, or take that back",
               takes=Content(AgreementWish, {"is_given": False}), gives={200: ONE_PRACTICE},
               refuses=(Code.NOT_FOUND, Code.NOT_ALLOWED),
               says="For this practice only, and only where the site has recorded a lawful purpose.")  # fmt: skip
    def put(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, AgreementWish)
        practising.agree(by=by, practice=access.practice(by, pk), is_given=wish["is_given"])
        return shown(PracticeCard, access.practice(by, pk))


class PurposeView(ApiView):
    needs = {"GET": ADMINS, "PUT": ADMINS, "DELETE": ADMINS}

    @operation("readLawfulPurpose", "Whether anything about feelings may be estimated here, and for what",
               gives={200: ONE_PURPOSE})  # fmt: skip
    def get(self, request: Request) -> Response:
        return _purpose(actor_of(request))

    @operation("recordLawfulPurpose", "Record a lawful purpose; each speaker is still asked, every time",
               takes=Content(LawfulPurposeWish, examples.PURPOSE_WISH),
               gives={200: Content(LawfulPurposeCard, examples.PURPOSE)}, refuses=(Code.ALREADY_EXISTS,))  # fmt: skip
    def put(self, request: Request) -> Response:
        by = actor_of(request)
        purposes.record(by=by, purpose=told(request, LawfulPurposeWish)["purpose"])
        return _purpose(by)

    @operation("endLawfulPurpose", "Switch every estimate off", gives={204: Content(None)})
    def delete(self, request: Request) -> Response:
        purposes.end(by=actor_of(request))
        return Response(status=204)


def _purpose(by: Actor) -> Response:
    row = purposes.current(by)
    return shown(LawfulPurposeCard, {
        "is_on": row is not None, "purpose": row.purpose if row else "", "recorded_by": row and row.recorded_by,
        "recorded_at": row and row.recorded_at,
    })  # fmt: skip
