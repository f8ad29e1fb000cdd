"""Parts drawn with invented data: what must be in them, and what must not."""

from datetime import UTC, datetime

import pytest
from django import forms
from django.template.loader import render_to_string

AT = datetime(2026, 11, 20, 14, 32, tzinfo=UTC)
ENGINE = {"name": "Chest ensemble", "version": "2.3.0", "digest": "a71c" + "0" * 56 + "09be", "is_remote": False}
SURE = {
    "is_calibrated": True, "level": 90, "set_words": "bacterial, viral", "n": 1204,
    "classes": [{"name": "Bacterial", "probability": 0.81, "in_set": True, "limit": 0.7},
                {"name": "Normal", "probability": 0.04, "in_set": False}],
}  # fmt: skip


def part(name, **context):
    return render_to_string(f"clinic/partials/{name}.html", context)


def card(**changes):
    base = {"id": "1", "engine_kind": "Chest film", "says": "Pneumonia pattern", "sure": SURE, "engine": ENGINE,
            "limits": "Not for adults.", "choices": [{"value": "a", "words": "Agree", "key": "1"},
                                                     {"value": "d", "words": "Differ", "key": "2"}]}  # fmt: skip
    return part("ai_card", card=base | changes)


def test_ai_card_keeps_its_order():
    html = card()

    parts = ("engine suggests", "Pneumonia pattern", "How sure", "Chest ensemble", "Not for adults", "Agree")
    places = [html.index(words) for words in parts]
    assert places == sorted(places)


def test_ai_card_gives_its_choices_equal_weight():
    html = card()

    assert html.count('class="btn btn-plain"') == 2
    assert "btn-primary" not in html and "checked" not in html


def test_decided_ai_card_offers_no_choice():
    html = card(decided="Agreed")

    assert "<button" not in html and "Agreed" in html


def test_fallback_ai_card_looks_weak_and_says_why():
    html = card(engine=ENGINE | {"why_not_better": "The language model did not answer."})

    assert 'class="ai weak"' in html
    assert "Simpler engine used" in html and "did not answer" in html


def test_probabilities_draw_bars_limit_and_set():
    html = part("probabilities", sure=SURE)

    assert 'class="in-set" width="81%"' in html and 'x1="70%"' in html
    assert "0.81" in html and "bacterial, viral" in html


def test_uncalibrated_engine_shows_no_number():
    html = part("probabilities", sure=SURE | {"is_calibrated": False})

    assert "Uncalibrated" in html
    assert "0.81" not in html and "pbar" not in html and "%" not in html


def test_broken_evidence_is_no_link():
    html = card(evidence=[{"number": 2, "text": "38.9 °C", "is_broken": True, "url": "/x"}])

    assert 'class="ref broken"' in html and 'href="/x"' not in html


def stages(**changes):
    running = {"name": "Digest", "state": "now", "note": "40 %", "percent": 40}
    base = {"id": "7", "title": "Check", "poll_url": "/runs/7/stages", "is_final": False, "announce": "Check: done",
            "cancel_url": "/runs/7/cancel", "stages": [running]}  # fmt: skip
    return part("stage_list", progress=base | changes)


def test_stage_list_asks_again_until_it_is_final():
    assert 'hx-get="/runs/7/stages" hx-trigger="every 1s"' in stages()
    assert "data-announce" not in stages()


def test_final_stage_list_is_quiet_and_is_announced_once():
    html = stages(is_final=True)

    assert "hx-trigger" not in html and "/cancel" not in html
    assert 'data-announce="Check: done"' in html


def test_progress_has_a_name_and_a_value():
    html = part("progress", percent=33.3, label="Digest")

    assert 'role="progressbar" aria-label="Digest"' in html
    assert 'aria-valuenow="33"' in html and 'width="33.3%"' in html


@pytest.mark.parametrize("look", ["", "machine", "person", "sealed", "conflict"])
def test_entry_shows_whose_hand_it_is(look):
    html = part("entry", entry={"look": look, "at": AT, "icon": "eye", "title": "Read", "by": "Dr L. Brandt",
                                "proof": {"state": "ok", "position": 48204, "url": "/audit/1"}})  # fmt: skip

    assert f'class="entry{" " + look if look else ""}"' in html
    assert "14:32" in html and "48\u202f204" in html and "entry-body" not in html


def test_entry_escapes_what_people_wrote():
    html = part("entry", entry={"at": AT, "icon": "pen", "title": "<b>x</b>", "by": "<i>", "text": "<script>"})

    assert "<b>x" not in html and "<script>" not in html and "<i>" not in html


def test_bad_tick_says_so():
    assert "Does not match" in part("verify_tick", state="bad")


class Sample(forms.Form):
    question = forms.CharField(label="Question", help_text="One question.")
    note = forms.CharField(label="Note", required=False)
    urgency = forms.ChoiceField(label="Urgency", choices=[("u", "Urgent"), ("r", "Routine")], widget=forms.RadioSelect)


def test_field_joins_label_hint_and_error():
    html = part("fields", form=Sample({"note": ""}))

    assert '<label class="form-label" for="id_question">Question</label>' in html
    assert 'id="id_question_helptext"' in html and 'id="id_question_error"' in html
    assert "(optional)" in html
    assert html.count("form-label") == 2, "choices have a legend instead"


def test_choices_take_the_digits_when_asked():
    assert 'data-key="2"' in part("field", field=Sample()["urgency"], keys=True)
    assert "data-key" not in part("field", field=Sample()["urgency"])


def test_pager_without_more_pages_has_no_links():
    assert "<nav" not in part("pager", shown=9, total=9)
    assert "9 of 14 shown" in part("pager", shown=9, total=14, next_url="?after=x")


def test_filter_keeps_its_link_beside_htmx():
    html = part("filter", url="?state=open", words="Open", count=0, target="#list")

    assert 'href="?state=open"' in html and 'hx-get="?state=open"' in html and "<b>0</b>" in html


def test_upload_zone_works_without_script():
    html = part("upload_zone", action="/cases/1/files", sessions_url="/api/v1/uploads/sessions", case_id="1")

    assert 'enctype="multipart/form-data"' in html and 'action="/cases/1/files"' in html
    assert 'class="btn btn-plain without-script"' in html


def test_red_flag_cannot_be_closed_unseen():
    html = part("red_flag", title="Red flag", text="Hives.", seen_url="/seen")

    assert 'role="alert"' in html and "Seen by me" in html and "data-dialog-close" not in html
