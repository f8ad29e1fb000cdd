import re
from pathlib import Path

from clinic import document_words
from clinic.inference.documents import MACHINE_CODES, Mark, deciding, opening, pdf_pages

FOLDER = Path(deciding.__file__).parent


def test_each_reason_why_a_document_is_not_read_has_its_sentence():
    raised = {code for file in FOLDER.glob("*.py") for code in re.findall(r'Unreadable\(\s*"(\w+)"', file.read_text())}
    looked_up = {*deciding._CODES.values(), *opening.CHILD_CODES.values(), *pdf_pages.DOCUMENT_ERRORS.values()}
    assert raised | looked_up | MACHINE_CODES | {"not_text"} == document_words.SENTENCES.keys()


def test_each_mark_has_its_words():
    assert document_words.MARKS.keys() == set(Mark)


def test_a_limit_is_named_in_the_sentence():
    assert "500 pages" in str(document_words.sentence("too_many_pages").why)
    assert "2,000,000" in str(document_words.sentence("too_much_text").why)
