"""The asker herself, her colleagues, and what she is told of."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access
from clinic.actions import notifications
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, identity_of, page, shown
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.fields import PageQuery
from clinic.api.paging import cut
from clinic.api.serializers.people import Colleague, Count, Me, NoticeCard, NotificationQuery
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.colleagues import colleagues
from clinic.errors import Code
from clinic.models import ApiKey, Membership, User
from clinic.views.keyset import Section


class MeView(ApiView):
    needs = {"GET": ()}

    @operation("readMe", "Whom the server takes the asker for", gives={200: Content(Me, examples.ME)})
    def get(self, request: Request) -> Response:
        by = actor_of(request)
        me = {
            "person": User.objects.get(pk=by.myself),
            "site": identity_of(request).site,
            "roles": sorted(role.value for role in by.roles),
            "permissions": sorted(permission.value for permission in by.permissions),
            "key": ApiKey.objects.filter(pk=by.key_id).first() if by.key_id else None,
        }
        return shown(Me, me)


class PeopleView(ApiView):
    needs = {"GET": (frozenset({P.CASE_VIEW, P.PEOPLE_VIEW}),)}

    @operation(
        "listColleagues", "List the people of the site", query=PageQuery,
        gives={200: Content(page_of(Colleague), a_page(examples.COLLEAGUE))},
        says="For those who read cases: whom a case can be given to. For those who see the people of the site without "
        "reading cases (`people.view`): everybody who holds a role here now.",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by = actor_of(request)
        held = Prefetch("memberships", Membership.objects.visible_to(by).current(), to_attr="held_here")
        rows = colleagues(by) if by.can(P.CASE_VIEW) else _everybody(by)
        rows = rows.prefetch_related(held)
        return page(Colleague, cut([Section(rows, ("name", "id"))], asked(request, PageQuery)))


def _everybody(by: Actor) -> QuerySet[User]:
    held = Membership.objects.visible_to(by).current()
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name", "pk")


class NotificationsView(ApiView):
    needs = {"GET": ()}

    @operation(
        "listNotifications", "List what one was told, the latest first", query=NotificationQuery,
        gives={200: Content(page_of(NoticeCard), a_page(examples.NOTICE))},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        filters = asked(request, NotificationQuery)
        rows = access.notifications(actor_of(request))
        if "unread" in filters:
            rows = rows.filter(read_at__isnull=filters["unread"])
        return page(NoticeCard, cut([Section(rows, ("-at", "-id"))], filters))


class NotificationReadView(ApiView):
    needs = {"POST": ()}

    @operation(
        "readNotification", "Mark one as read", gives={200: Content(NoticeCard, examples.READ_NOTICE)},
        refuses=(Code.NOT_FOUND, Code.NOT_FROM_HERE),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        notifications.mark_read(by=by, notification=access.notification(by, pk))
        return shown(NoticeCard, access.notification(by, pk))


class NotificationsReadView(ApiView):
    needs = {"POST": ()}

    @operation(
        "readAllNotifications", "Mark all as read", gives={200: Content(Count, examples.COUNT)},
        refuses=(Code.NOT_FROM_HERE,),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return shown(Count, {"count": notifications.mark_all_read(by=actor_of(request))})
