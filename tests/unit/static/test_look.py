from django import forms
from django.template import engines
from django.test import RequestFactory

from clinic.templatetags import look
from clinic.templatetags.statuses import STATUSES
from tests.unit.static.test_assets import SYMBOLS


def drawn(source, **context):
    return engines["django"].from_string(source).render(context)


class Sample(forms.Form):
    question = forms.CharField(label="Question", help_text="One question.")
    secret = forms.CharField(label="Password", widget=forms.PasswordInput(attrs={"placeholder": "Password"}))
    site = forms.ChoiceField(label="Site", choices=[("n", "Northgate")])
    urgency = forms.ChoiceField(label="Urgency", choices=[("u", "Urgent")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Agreed")
    file = forms.FileField(label="File", required=False)


def test_icon_beside_words_is_decoration():
    assert 'aria-hidden="true"' in look.icon("mic")
    assert look.icon("mic").endswith('icons.svg#i-mic"/></svg>')


def test_icon_alone_has_a_name_and_escapes_it():
    drawing = look.icon("mic", 'Voice "raw"', "mark-done")

    assert 'role="img" aria-label="Voice &quot;raw&quot;"' in drawing
    assert 'class="i mark-done"' in drawing


def test_every_status_uses_an_icon_of_the_sprite():
    assert {found.icon for found in STATUSES.values()} <= SYMBOLS


def test_status_shows_icon_and_words():
    chip = drawn('{% status "awaiting_human" %}')

    assert 'class="chip warn"' in chip
    assert "i-person" in chip and "Awaiting human" in chip


def test_status_nobody_knows_is_still_shown():
    assert drawn('{% status "brand_new" %}').strip() == '<span class="chip">Brand new</span>'


def test_urgency_as_a_mark_keeps_its_word_for_screen_readers():
    assert 'aria-label="Urgent"' in drawn('{% urgency "urgent" mark=True %}')
    assert drawn('{% urgency "urgent" %}').strip().endswith("Urgent")


def test_theme_and_keys_come_from_their_cookies():
    request = RequestFactory().get("/")
    request.COOKIES.update(theme="dark", keys="off")

    assert drawn("{% theme %} {% shortcut_keys %}", request=request) == "dark off"
    request.COOKIES.update(theme='"><script>', keys="x")
    assert drawn("{% theme %} {% shortcut_keys %}", request=request) == "auto on"
    assert drawn("{% theme %} {% shortcut_keys %}") == "auto on"


def test_control_takes_the_class_of_its_kind():
    form = Sample()

    assert 'class="form-control"' in look.control(form["question"])
    assert 'class="form-select"' in look.control(form["site"])
    assert 'class="form-check-input"' in look.control(form["agreed"])
    assert look.control_kind(form["urgency"]) == "choices"
    assert look.control_kind(form["file"]) == "file"


def test_control_drops_a_placeholder_that_repeats_the_label():
    assert "placeholder" not in look.control(Sample()["secret"])


def test_control_takes_more_attributes():
    assert 'data-key="e"' in look.control(Sample()["question"], data_key="e")


def test_wrong_control_says_so_and_names_its_error():
    field = Sample({})["question"]

    html = look.control(field)

    assert "is-invalid" in html and 'aria-invalid="true"' in html
    assert 'aria-describedby="id_question_helptext id_question_error"' in html


def test_bare_svg_starts_at_the_drawing():
    assert look.bare_svg("<?xml version='1.0'?>\n<svg><path/></svg>") == "<svg><path/></svg>"
