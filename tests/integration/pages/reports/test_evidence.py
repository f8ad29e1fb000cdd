"""A link to what a statement rests on opens the place, or is red and leads nowhere."""

import io
import re
import wave
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from PIL import Image

from clinic import source_views
from clinic.evidence import AudioTime, Evidence, ImageRegion, PageBox, TextSpan
from clinic.models import Case, Upload
from clinic.source_views import SourceView
from clinic.sources import State
from clinic.views.presenters import evidence_links
from clinic.views.presenters.evidence_links import EvidenceLink, place_url
from tests import make
from tests.integration import breaking
from tests.integration.pages.cases.helpers import text_of
from tests.integration.second_opinion import LETTER, answered, span
from tests.make import Person


@pytest.fixture
def client(as_person: Callable[[Person], Client], clinician_a: Person) -> Client:
    return as_person(clinician_a)


def link_to(by: Person, evidence: Evidence) -> EvidenceLink:
    with by.at_work():
        [found] = evidence_links.links(by.actor, [evidence])
    return found


def png() -> bytes:
    made = io.BytesIO()
    Image.new("L", (60, 40), 128).save(made, "PNG")
    return made.getvalue()


def wav() -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * 8000)
    return made.getvalue()


# --- as it was --------------------------------------------------------------------------------------------------------


def test_answer_when_its_evidence_is_shown_then_numbered_links_with_words_and_where(clinician_a, case_a, letter):
    result = answered(clinician_a, case_a, [letter], [span(letter, "fever for four days"),
                                                      span(letter, "Kind regards", weight=-0.2)])  # fmt: skip

    with clinician_a.at_work():
        first, second = evidence_links.of_result(clinician_a.actor, result)

    assert (first.number, first.text, first.source) == (1, "fever for four days", "letter.txt, line 2")
    assert (second.number, second.is_against, second.is_broken) == (2, True, False)


def test_place_when_opened_then_the_words_are_marked_in_their_text_and_the_reading_is_noted_once(
    client, clinician_a, letter
):
    page = client.get(link_to(clinician_a, span(letter, "short of breath")).url)

    shown = page.content.decode()
    assert re.search(r'she is <mark class="for on" id="place">short of breath</mark>\.', shown)
    assert text_of(page).count("Dear colleague") == 1
    assert len(make.audit_events("upload.read")) == 1
    assert page.headers["Cache-Control"] == "no-store"


def test_place_in_a_long_text_when_opened_then_what_stands_around_it_is_shown(client, clinician_a, case_a, own_store):
    text = "A line that says nothing at all, again and again.\n" * 70_000 + "short of breath\n"
    upload = make.upload(clinician_a, case_a, text.encode(), "long.txt")

    page = client.get(link_to(clinician_a, span(upload, "short of breath", text)).url)

    assert "The text around the place is shown, not all of it." in text_of(page)
    assert 'id="place">short of breath</mark>' in page.content.decode()
    assert len(page.content) < 60_000


def test_place_on_a_picture_when_opened_then_a_box_lies_over_it(client, clinician_a, case_a, own_store):
    upload = make.upload(clinician_a, case_a, png(), "film.png")
    region = ImageRegion(upload=str(upload.pk), sha256=upload.sha256, left=0.25, top=0.5, width=0.5, height=0.125)

    page = client.get(link_to(clinician_a, region).url).content.decode()

    assert '<rect x="25%" y="50%" width="50%" height="12.5%" rx="3"/>' in page
    assert f'<img src="/uploads/{upload.pk}/content/"' in page


def test_place_in_a_recording_when_opened_then_the_recording_begins_there(client, clinician_a, case_a, own_store):
    upload = make.upload(clinician_a, case_a, wav(), "voice.wav")
    moment = AudioTime(upload=str(upload.pk), sha256=upload.sha256, start_s=0.25, end_s=0.75)
    link = link_to(clinician_a, moment)

    page = client.get(link.url).content.decode()

    assert f'src="/uploads/{upload.pk}/content/#t=0.25,0.75"' in page
    assert 'data-seek="0.25" data-seek-end="0.75"' in page
    assert link.source == "voice.wav, 0:00–0:00"


@pytest.fixture
def pages_of_letters() -> Iterator[None]:
    """A capability that has got text and pages out of a document."""
    source_views.register("application/pdf", SourceView(text=f"{__name__}:words_of", picture=f"{__name__}:picture_of"))
    yield
    source_views._views.pop("application/pdf")


def words_of(_upload: Upload) -> str:
    return LETTER


def picture_of(upload: Upload, page: int) -> str:
    return f"/pages/{upload.pk}/{page}/"


PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\nxref\ntrailer <</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def test_page_box_when_nobody_draws_pages_yet_then_the_box_is_drawn_on_an_empty_sheet(client, clinician_a, case_a,
                                                                                      own_store):  # fmt: skip
    upload = make.upload(clinician_a, case_a, PDF, "letter.pdf")
    box = PageBox(upload=str(upload.pk), sha256=upload.sha256, page=2, left=0, top=0, width=1, height=0.5)
    link = link_to(clinician_a, box)

    page = client.get(link.url)

    assert link.source == "letter.pdf, page 2"
    assert "the box shows where on the page to look" in text_of(page)
    assert 'y="0%" width="100%" height="50%"' in page.content.decode()


def test_document_when_a_capability_brings_its_text_and_pages_then_they_are_shown(
    pages_of_letters, client, clinician_a, case_a, own_store
):
    upload = make.upload(clinician_a, case_a, PDF, "letter.pdf")
    box = PageBox(upload=str(upload.pk), sha256=upload.sha256, page=2, left=0, top=0, width=1, height=0.5)

    assert f'<img src="/pages/{upload.pk}/2/"' in client.get(link_to(clinician_a, box).url).content.decode()
    assert 'id="place">Kind regards</mark>' in client.get(
        link_to(clinician_a, span(upload, "Kind regards")).url
    ).content.decode()  # fmt: skip


# --- no longer as it was ----------------------------------------------------------------------------------------------


def broken(by: Person, letter: Upload) -> EvidenceLink:
    return link_to(by, span(letter, "short of breath"))


def test_source_when_one_byte_of_it_was_changed_then_red_and_leads_nowhere(client, clinician_a, letter, own_store):
    url = broken(clinician_a, letter).url
    breaking.flip_a_byte(own_store, letter)

    link, page = broken(clinician_a, letter), client.get(url)

    assert (link.state, link.is_broken, link.url) == (State.DAMAGED, True, "")
    assert page.status_code == 409
    assert "The source no longer matches: its stored bytes were changed." in text_of(page)
    assert "short of breath" not in page.content.decode()
    assert "struck" in page.content.decode()


@pytest.mark.parametrize("position", range(0, 180, 3))
def test_source_when_any_byte_of_it_was_changed_then_noticed(clinician_a, letter, own_store, position: int):
    path = next(own_store.folder.rglob(letter.object_name))
    stored = bytearray(path.read_bytes())
    stored[position % len(stored)] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(stored))

    assert broken(clinician_a, letter).is_broken


def test_source_when_another_file_stands_there_then_red(client, clinician_a, case_a, letter):
    url = broken(clinician_a, letter).url
    other = make.upload(clinician_a, case_a)
    with clinician_a.at_work():
        breaking.replace(letter, other)

    assert broken(clinician_a, letter).state == State.CHANGED
    assert client.get(url).status_code == 409


def test_source_when_its_bytes_are_gone_then_red(clinician_a, letter, own_store):
    breaking.remove(own_store, letter)

    assert broken(clinician_a, letter).state == State.GONE


def test_source_when_there_is_no_such_upload_then_red(clinician_a, letter):
    elsewhere = TextSpan(upload="6f1c2a44-5d0e-4b43-9a1e-0c2b7d7f3a10", sha256=letter.sha256, start=0, end=4)

    assert link_to(clinician_a, elsewhere).state == State.GONE


@pytest.mark.parametrize(("start", "end", "words"), [(0, 5, "fever"), (0, 5000, ""), (9, 3, "")])
def test_source_when_it_does_not_say_so_at_that_place_then_red(clinician_a, letter, start, end, words):
    invented = TextSpan(upload=str(letter.pk), sha256=letter.sha256, start=start, end=end, words=words)

    assert link_to(clinician_a, invented).state == State.ELSEWHERE


def test_two_hundred_invented_facts_when_shown_then_none_passes(clinician_a, letter):
    """Each names a place that is there and words that are not."""
    invented = [
        TextSpan(upload=str(letter.pk), sha256=letter.sha256, start=n % 40, end=n % 40 + 12, words=f"finding no. {n}")
        for n in range(200)
    ]

    with clinician_a.at_work():
        found = evidence_links.links(clinician_a.actor, invented)

    assert sum(link.is_broken for link in found) == 200


# --- whose it is ------------------------------------------------------------------------------------------------------


def test_place_when_of_another_site_then_not_there(as_person, clinician_b, letter):
    assert as_person(clinician_b).get(place_url(span(letter, "fever"))).status_code == 404
    with clinician_b.at_work():
        [link] = evidence_links.links(clinician_b.actor, [span(letter, "fever")])
    assert (link.state, link.source) == (State.GONE, "")


def test_place_when_the_role_opens_no_files_then_refused(as_person, admin_a, letter):
    assert as_person(admin_a).get(place_url(span(letter, "fever"))).status_code == 403


@pytest.mark.parametrize("query", ["", "?kind=text", "?kind=text&start=9&end=1&sha256=x", "?kind=audio&start_s=a"])
def test_place_when_made_up_then_refused_in_words(client, case_a: Case, letter, query: str):
    assert client.get(f"/uploads/{letter.pk}/evidence/{query}").status_code == 400
