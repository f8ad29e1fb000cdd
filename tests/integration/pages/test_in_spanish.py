"""Pages as somebody reads them who chose Spanish: no sentence of the product is left in English."""

import re
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser

import polib
import pytest
from django.test import Client
from django.utils import translation

from clinic.authorization.roles import Role
from clinic.models import Case
from tests import make
from tests.make import Person, Staff
from tools import messages

SHARED = {"/profile/", "/profile/keys/", "/notifications/?show=all", "/people/roles/", "/account/password/change/",
          "/account/2fa/", "/account/sessions/", "/nowhere/"}  # fmt: skip
PAGES = {
    Role.CLINICIAN: {"/cases/", "/cases/?show=all", "/cases/new/", "/capture/", "/capture/shell/", "/jobs/", *SHARED},
    Role.ADMIN: {"/people/", "/people/new/", "/sites/", "/sites/new/", "/operations/", "/jobs/?show=all"},
    Role.AUDITOR: {"/audit/", "/audit/?until=2001-01-01", "/audit/?case=Ana", "/audit/proof/"},
    Role.LEAD: {"/workload/"},
}
HEARD = {"aria-label", "title", "placeholder", "alt", "data-key-words"}


class Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value or "" for name, value in attrs if name in HEARD}

    def handle_data(self, data: str) -> None:
        self.found.add(re.sub(r"\s+", " ", data).strip())


@cache
def _english() -> set[str]:
    catalogue = messages.read(messages.CATALOGUES / "es" / "LC_MESSAGES" / "django.po")
    known = {entry.msgid for entry in catalogue if entry.msgid not in _spanish_of(entry)}
    return known - {"English"}  # in the menu of languages each is called by its own name


def _spanish_of(entry: polib.POEntry) -> set[str]:
    return {entry.msgstr, *entry.msgstr_plural.values()}


def _left_in_english(page: str) -> list[str]:
    assert '<html lang="es"' in page
    texts = Texts()
    texts.feed(page)
    return sorted(texts.found & _english())


def _reader(person: Person, as_person: Callable[[Person], Client]) -> Client:
    person.user.language = "es"
    person.user.save(update_fields=["language"])
    return as_person(person)


@pytest.mark.parametrize(("role", "path"), [(role, path) for role, paths in PAGES.items() for path in sorted(paths)])
def test_page_when_spanish_was_chosen_then_nothing_on_it_is_english(
    role: Role, path: str, staff_a: Staff, as_person: Callable[[Person], Client]
) -> None:
    page = _reader(staff_a[role], as_person).get(path, follow=True)

    assert _left_in_english(page.content.decode()) == []


def test_story_when_spanish_was_chosen_then_every_line_of_it_is_spanish(
    clinician_a: Person, case_a: Case, as_person: Callable[[Person], Client], work_lane: Callable[..., int]
) -> None:
    make.note(clinician_a, case=case_a)
    upload = make.upload(clinician_a, case=case_a)
    run = make.run(clinician_a, case=case_a, inputs=[upload])
    work_lane()
    browser = _reader(clinician_a, as_person)

    for path in (f"/cases/{case_a.pk}/", f"/runs/{run.pk}/", f"/uploads/{upload.pk}/"):
        assert _left_in_english(browser.get(path).content.decode()) == [], path


def test_refusal_when_spanish_was_asked_for_then_a_program_reads_it_in_spanish(client: Client, db: None) -> None:
    answer = client.get("/api/v1/cases", headers={"Accept-Language": "es"})

    assert answer.status_code == 401
    assert answer.json()["what_to_do"] == "Inicie sesión o envíe una clave de API válida."


def test_language_when_a_spanish_answer_was_sent_then_the_thread_goes_on_in_the_usual_one(
    staff_a: Staff, as_person: Callable[[Person], Client], client: Client
) -> None:
    _reader(staff_a[Role.CLINICIAN], as_person).get("/cases/")
    assert translation.get_language() == "en"

    client.get("/api/v1/cases", headers={"Accept-Language": "es"})
    assert translation.get_language() == "en"


def test_english_when_it_is_on_a_spanish_page_then_it_is_noticed() -> None:
    assert _left_in_english('<html lang="es"><p title="Cases">Casos</p><p> Case\n opened </p>') == [
        "Case opened",
        "Cases",
    ]
