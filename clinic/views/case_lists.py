"""Which cases a list shows, and in which order."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.authorization.actor import Actor
from clinic.forms.cases import ME, NOBODY, CaseFilterForm
from clinic.models import Case, CaseState, Upload
from clinic.models.cases import NEEDS_WORK, CaseQuerySet
from clinic.views import searches
from clinic.views.keyset import Section

PRESSING = ("urgency_rank", "opened_at", "id")
JUST_DONE = ("-state_since", "-id")
SIGNED = (CaseState.SIGNED, CaseState.AMENDED)
MINE, HUMAN, AI, DONE, ALL = "mine", "human", "ai", "signed", "all"


def list_url(**named: str) -> str:
    query = urlencode({name: value for name, value in named.items() if value})
    return f"{reverse('cases')}?{query}" if query else reverse("cases")


@dataclass(frozen=True)
class Listing:
    """One list as its address names it."""

    show: str
    form: CaseFilterForm
    search: str = ""  # the opaque id
    words: str | None = None  # what was searched for; never in an address

    @classmethod
    def asked_for(cls, query: QueryDict, form: CaseFilterForm, *, words: str | None) -> "Listing":
        usual = MINE if words is None else ALL
        show = query.get("show", "") if query.get("show") in (MINE, HUMAN, AI, DONE, ALL) else usual
        form.is_valid()  # a choice that is no longer there narrows nothing
        return cls(show, form, search=query.get("search", "") if words is not None else "", words=words)

    @property
    def narrowed(self) -> dict[str, str]:
        return {name: "on" if value is True else value for name, value in self.form.cleaned_data.items() if value}

    def url(self, **changes: str) -> str:
        """This list, changed; an empty value takes something away."""
        return list_url(**{"search": self.search, "show": self.show, **self.narrowed, **changes})

    @property
    def narrowed_words(self) -> list[str]:
        """What narrows the list, as the form words it."""
        said = []
        for name, value in self.narrowed.items():
            field = self.form.fields[name]
            choices = dict(getattr(field, "choices", ()))
            said.append(str(choices[value] if choices else field.label))
        return said

    @property
    def url_unnarrowed(self) -> str:
        return self.url(**dict.fromkeys(self.narrowed, ""))

    @property
    def title(self) -> str:
        names = {MINE: _("My cases"), HUMAN: _("Awaiting human"), AI: _("Awaiting AI"), DONE: _("Signed"),
                 ALL: _("All at this site")}  # fmt: skip
        return names[self.show]

    def sections(self, by: Actor) -> list[Section[Case]]:
        """What needs work by urgency and waiting time; what is done by when it was done, the latest first."""
        cases = self._wanted(by)
        work = cases.needing_work()
        match self.show:
            case "mine":
                return [Section(work.filter(assignee=by.user_id), PRESSING)]
            case "human":
                return [Section(work.filter(state=CaseState.AWAITING_HUMAN), PRESSING)]
            case "ai":
                return [Section(work.filter(state=CaseState.AWAITING_AI), PRESSING)]
            case "signed":
                return [Section(cases.filter(state__in=SIGNED), JUST_DONE)]
        return [Section(work, PRESSING), Section(cases.exclude(state__in=NEEDS_WORK), JUST_DONE)]

    def _wanted(self, by: Actor) -> CaseQuerySet:
        cases = Case.objects.visible_to(by).select_related("patient", "assignee", "site")
        if self.words is not None:
            cases = searches.holding(cases, self.words)
        return self._narrow(cases, by)

    def _narrow(self, cases: CaseQuerySet, by: Actor) -> CaseQuerySet:
        chosen = self.form.cleaned_data
        if chosen.get("urgency"):
            cases = cases.filter(urgency=chosen["urgency"])
        if whom := chosen.get("assignee"):
            cases = cases.filter(assignee={ME: by.user_id, NOBODY: None}.get(whom, whom))
        if kind := chosen.get("kind"):
            held = Upload.objects.visible_to(by).filter(case=OuterRef("pk"), kind=kind)
            cases = cases.filter(Exists(held))
        return cases.overdue() if chosen.get("overdue") else cases
