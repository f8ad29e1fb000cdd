"""A scan beside its facts: the picture of its page, a box around the words of each fact, and a way between the two."""

import io
import re

import pytest
from PIL import Image

from clinic import texts
from clinic.inference import documents
from clinic.inference.documents import DocumentText
from clinic.texts_worker import _told
from extraction.actions import sheets
from extraction.kinds import EXTRACT
from extraction.models import FactSheet
from tests import make
from tests.integration.extraction.finding import finish, fresh, say
from tests.make import Person
from tests.telling import told_by
from tests.unit.documents import made

pytestmark = pytest.mark.django_db
LINES = ("Amoxicillin 250 mg by mouth three times a day.", "Allergies: penicillin, rash.")


def sheet_of(by: Person, data: bytes, name: str, read: DocumentText) -> FactSheet:
    upload = make.upload(by, make.case(by), data, name)
    with by.at_work():
        taken, _is_new = sheets.take_in(by=by.actor, upload=upload)
    finish(by, texts.KIND, _told(read))
    finish(by, EXTRACT, say(read.text))
    found: FactSheet = fresh(by, taken)
    return found


@pytest.fixture(scope="module")
def scan() -> tuple[bytes, DocumentText]:
    data = made.scanned_pdf(made.scan(*LINES), made.scan("Second page of the letter, nothing to add."))
    return data, documents.open_bounded(data)


@pytest.fixture
def letter(clinician_a: Person, scan: tuple[bytes, DocumentText]) -> FactSheet:
    return sheet_of(clinician_a, scan[0], "scan.pdf", scan[1])


def boxes(page: str) -> dict[str, list[float]]:
    """By fact, the first edge: left, top, width, height in per cent."""
    found = re.findall(r'data-fact="([^"]+)".*?<rect x="([\d.]+)%" y="([\d.]+)%" width="([\d.]+)%" height="([\d.]+)%"',
                       page)  # fmt: skip
    return {key: [float(one) for one in edge] for key, *edge in found}


def test_a_scan_is_shown_as_its_page_with_a_box_where_the_words_are(as_person, clinician_a, letter):
    page = as_person(clinician_a).get(f"/extraction/{letter.pk}/").content.decode()

    left, top, width, height = boxes(page)["medications.0"]
    drug_line = 100 * 80 / 877  # where the test drew it
    assert left == pytest.approx(100 * 60 / 620, abs=2) and top == pytest.approx(drug_line, abs=2)
    assert width > 20 and 1 < height < 6
    assert boxes(page)["allergies.0"][1] == pytest.approx(100 * 120 / 877, abs=2)
    assert f'src="/extraction/{letter.pk}/pages/1/"' in page and "Page 1 of 2" in page
    assert ' style="' not in page


def test_another_page_has_only_its_own_boxes(as_person, clinician_a, letter):
    page = as_person(clinician_a).get(f"/extraction/{letter.pk}/?leaf=2").content.decode()
    assert f'src="/extraction/{letter.pk}/pages/2/"' in page and "medications.0" not in boxes(page)


def test_the_picture_is_drawn_anew_read_once_and_kept_nowhere(as_person, clinician_a, letter):
    browser, answers = as_person(clinician_a), []
    assert told_by(lambda: answers.append(browser.get(f"/extraction/{letter.pk}/pages/1/"))) == ["sheet.read"]

    assert answers[0]["Content-Type"] == "image/jpeg" and answers[0]["Cache-Control"] == "no-store"
    picture = Image.open(io.BytesIO(answers[0].content))
    assert picture.height > picture.width > 1000 and not picture.getexif()


@pytest.mark.parametrize(("number", "status"), [(3, 422), (0, 404), (9999, 404)])
def test_a_page_that_is_not_there_is_refused(as_person, clinician_a, letter, number, status):
    assert as_person(clinician_a).get(f"/extraction/{letter.pk}/pages/{number}/").status_code == status


def test_nobody_of_another_site_sees_a_page(as_person, clinician_b, letter):
    assert as_person(clinician_b).get(f"/extraction/{letter.pk}/pages/1/").status_code == 404


def test_a_pdf_with_text_is_read_as_text_with_its_page_behind_a_fold(as_person, clinician_a):
    data = made.pdf(LINES)
    shown = sheet_of(clinician_a, data, "letter.pdf", documents.open_bounded(data))
    page = as_person(clinician_a).get(f"/extraction/{shown.pk}/").content.decode()
    assert page.index('id="document-text"') < page.index('id="page-fold"')
    assert "medications.0" in boxes(page)


def test_a_text_has_no_page(as_person, clinician_a):
    shown = sheet_of(clinician_a, LINES[0].encode(), "letter.txt", documents.from_text(LINES[0]))
    browser = as_person(clinician_a)
    assert "/pages/" not in browser.get(f"/extraction/{shown.pk}/").content.decode()
    assert browser.get(f"/extraction/{shown.pk}/pages/1/").status_code == 404
