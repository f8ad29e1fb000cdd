"""One reviewed wording, under a version, wherever an engine's answer is shown."""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from clinic import safety

TEMPLATES = Path(settings.BASE_DIR) / "templates"
CARD = {"id": "1", "engine_kind": "Letters", "says": "Urgent", "engine": {"name": "Letters", "version": "1"}}


def test_wording_when_changed_then_its_version_was_reviewed_again():
    with translation.override("en"):
        told = f"{safety.VERSION}\n" + "\n".join(str(sentence) for sentence in safety.SENTENCES)

    assert hashlib.sha256(told.encode()).hexdigest() == safety.REVIEWED_SHA256


def test_wording_in_every_language_then_all_sentences_stand_in_it():
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            whole = safety.told()["text"]
            assert all(str(sentence) in whole for sentence in safety.SENTENCES)
            assert safety.spoken() == whole == " ".join(safety.exported()[1:])
            assert safety.VERSION in safety.exported()[0]
    with translation.override("es"):
        assert "ayuda" in safety.spoken()


@pytest.mark.hazard("H01")
def test_ai_card_when_drawn_then_it_carries_the_wording_and_its_version():
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            drawn = render_to_string("clinic/partials/ai_card.html", {"card": CARD})
            assert f'data-safety="{safety.VERSION}"' in drawn
            assert str(safety.SENTENCES[0]) in drawn


def test_ai_card_when_drawn_then_by_few_and_each_with_the_wording():
    """An answer drawn by hand somewhere else would stand there without it."""
    drawn = {path for path in TEMPLATES.rglob("*.html") if re.search(r'class="ai[ "{]', path.read_text())}

    assert {str(path.relative_to(TEMPLATES)) for path in drawn} == {
        "clinic/partials/ai_card.html", "coaching/_feedback.html", "consult/_answer.html"
    }  # fmt: skip
    assert all("{% safety_notice %}" in path.read_text() for path in drawn)
