"""Which lines of a case's story are shown: the newest first to be fetched, told in the order they happened."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.authorization.actor import Actor
from clinic.models import AuditLink, Case, CaseState, Entry, EntryKind, StateChange
from clinic.views.keyset import Page, Section, page

ENTRIES = 50
BACKWARDS = ("-at", "-id")
MACHINE = "machine"
MOVES = (EntryKind.STATE_CHANGED, EntryKind.REPORT_SIGNED, EntryKind.REPORT_AMENDED)
_BEFORE = datetime.min.replace(tzinfo=UTC)

GROUPS: dict[str, tuple[str | Promise, str, tuple[str, ...]]] = {
    "notes": (gettext_lazy("Notes"), "chat-left-text", (EntryKind.NOTE,)),
    "files": (gettext_lazy("Files"), "paperclip", (EntryKind.UPLOAD,)),
    "engine": (gettext_lazy("Engine"), "cpu", (EntryKind.RUN_REQUESTED, EntryKind.RUN_FINISHED, EntryKind.RUN_FAILED,
                                               EntryKind.RUN_CANCELLED)),
    "review": (gettext_lazy("Review"), "clipboard2-check", (EntryKind.REVIEW_FLAGGED, EntryKind.REVIEW_ACCEPTED,
                                                            EntryKind.REVIEW_DECIDED, EntryKind.REVIEW_DIFFERED,
                                                            EntryKind.CONFLICTS_FOUND, EntryKind.CONFLICT_DECIDED)),
    "changes": (gettext_lazy("Changes"), "pen", (EntryKind.CASE_OPENED, EntryKind.CASE_IMPORTED,
                                                 EntryKind.STATE_CHANGED, EntryKind.ASSIGNED, EntryKind.DUE_CHANGED,
                                                 EntryKind.HANDOVER_OFFERED, EntryKind.HANDOVER_ACCEPTED,
                                                 EntryKind.HANDOVER_DECLINED, EntryKind.HANDOVER_WITHDRAWN)),
    "report": (gettext_lazy("Report"), "journal-medical", (EntryKind.REPORT_SIGNED, EntryKind.REPORT_AMENDED,
                                                              EntryKind.COSIGN_ASKED, EntryKind.COSIGNED,
                                                              EntryKind.COSIGN_DECLINED,
                                                              EntryKind.CASE_EXPORTED)),
    "consent": (gettext_lazy("Consent"), "person-badge", (EntryKind.CONSENT,)),
}  # fmt: skip


@dataclass(frozen=True)
class Story:
    """One case's timeline as its address narrows it: by kind, by whose hand (a person's id, or the machine),
    and by the state in which the case was then."""

    case: Case
    viewer: Actor
    kind: str = ""
    by: str = ""
    during: str = ""

    @classmethod
    def asked_for(cls, query: Any, case: Case, viewer: Actor) -> "Story":
        kind, by, during = (query.get(name, "") for name in ("kind", "by", "while"))
        return cls(case, viewer, kind if kind in GROUPS else "", by if by == MACHINE or _is_id(by) else "",
                   during if during in CaseState.values else "")  # fmt: skip

    @property
    def entries(self) -> QuerySet[Entry]:
        chosen = self._all
        if self.kind:
            chosen = chosen.filter(kind__in=GROUPS[self.kind][2])
        if self.by:
            chosen = chosen.filter(actor=None if self.by == MACHINE else UUID(self.by))
        if self.during:
            chosen = chosen.filter(self._during())
        return chosen.select_related("actor")

    def _during(self) -> Q:
        """The times in which the case was in that state."""
        found = Q(pk=None)
        for state, begin, end in self._spans():
            if state == self.during:
                found |= Q(at__gt=begin) & (Q(at__lte=end) if end else Q())
        return found

    def _spans(self) -> list[tuple[str, datetime, datetime | None]]:
        moves = list(StateChange.objects.filter(case=self.case).order_by("at", "pk").values_list("old", "new", "at"))
        first = moves[0][0] if moves else self.case.state
        states = [(first, _BEFORE), *((new, at) for _old, new, at in moves)]
        ends = [at for _state, at in states[1:]]
        return [(state, begin, end) for (state, begin), end in zip_longest(states, ends)]

    @property
    def _all(self) -> QuerySet[Entry]:
        return Entry.objects.visible_to(self.viewer).filter(case=self.case)

    def window(self, at: str) -> Page[Entry]:
        """The newest, or those before (after) the place `at`; `next` leads to what was earlier."""
        return page([Section(self.entries, BACKWARDS)], at, size=ENTRIES)

    def since(self, position: str) -> list[Entry]:
        """What was committed after the newest place in the audit that the page shows. Not by time: of two at once the
        later to be committed may bear the earlier time, and would never be told."""
        after = int(position) if position.isdecimal() and len(position) < 19 else 0
        link = AuditLink.objects.filter(event=OuterRef("audit_event_id"))
        came = self.entries.annotate(position=Subquery(link.values("seq")[:1])).filter(position__gt=after)
        return sorted(came.order_by("position")[:ENTRIES], key=lambda entry: (entry.at, entry.pk))

    def counts(self) -> list[dict[str, Any]]:
        """How many lines of each kind by whom: what the filters offer."""
        counted = self._all.order_by().values("kind", "actor", "actor__name").annotate(n=Count("pk"))
        return [dict(row) for row in counted]

    def url(self, name: str = "case", **changes: str) -> str:
        named = {"kind": self.kind, "by": self.by, "while": self.during, **changes}
        query = urlencode({key: value for key, value in named.items() if value})
        address = reverse(name, args=[self.case.pk])
        return f"{address}?{query}" if query else address

    def filters(self, counts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        of_kind: Counter[str] = Counter()
        for row in counts:
            of_kind[row["kind"]] += row["n"]
        everything = {"url": self.url(kind=""), "words": _("All"), "count": of_kind.total(), "key": "all",
                      "current": not self.kind}  # fmt: skip
        groups = [
            {"url": self.url(kind=key), "words": words, "icon": icon, "key": key, "current": self.kind == key}
            for key, (words, icon, kinds) in GROUPS.items()
            if any(of_kind[kind] for kind in kinds)
        ]
        return [everything, *groups]

    def hands(self, counts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Everybody who has a line in it."""
        people = {str(row["actor"]): row["actor__name"] for row in counts if row["actor"]}
        named = [("", _("Anybody")), *sorted(people.items(), key=lambda pair: pair[1])]
        if any(row["actor"] is None for row in counts):
            named.append((MACHINE, _("Engines and Rounds")))
        return [{"url": self.url(by=key), "words": words, "current": self.by == key} for key, words in named]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.kind or self.by or self.during)

    def words(self) -> str:
        """What it is narrowed to."""
        hands = self.hands(self.counts()) if self.by else []
        named = [
            GROUPS[self.kind][0] if self.kind else "",
            *(hand["words"] for hand in hands if hand["current"]),
            CaseState(self.during).label if self.during else "",
        ]
        return ", ".join(str(one) for one in named if one)

    def whiles(self, counts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The states that it may have been in. Of a case that never moved there is nothing to choose."""
        has_moved = any(row["kind"] in MOVES for row in counts)
        named = [("", _("At any time")), *((one.value, one.label) for one in CaseState if has_moved)]
        return [{"url": self.url(**{"while": key}), "words": words, "current": self.during == key}
                for key, words in named]  # fmt: skip


def all_of(counts: list[dict[str, Any]]) -> int:
    return sum(row["n"] for row in counts)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
