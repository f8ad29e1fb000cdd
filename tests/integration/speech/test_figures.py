"""An engine's word errors are counted against what people made of its words, once they have read all of it."""

from clinic import transcript_figures
from clinic.actions import transcripts as acts
from tests.integration.speech.transcribing import heard


def test_errors_when_a_transcript_was_read_to_the_end_then_they_are_counted_by_who_read_it(clinician_a, case_a):
    untouched, first, second = (heard(clinician_a, case_a, pitch=pitch) for pitch in (300.0, 400.0, 500.0))
    with clinician_a.at_work():
        acts.correct(by=clinician_a.actor, run=first, first=1, last=2, words="50 mg")
        acts.correct(by=clinician_a.actor, run=untouched, first=1, last=2, words="50 mg")
        for run in (first, second):
            acts.finish(by=clinician_a.actor, run=run)
        (row,) = transcript_figures.of(clinician_a.site.pk)
    assert (row.name, row.engine, row.transcripts) == (clinician_a.user.name, "pocketsphinx/en-us", 2)
    assert (row.word_errors.value, row.word_errors.n) == (1 / 18, 18)
    assert 0 <= row.word_errors.low <= row.word_errors.value <= row.word_errors.high
    with clinician_a.at_work():
        acts.undo(by=clinician_a.actor, run=second)
        (row,) = transcript_figures.of(clinician_a.site.pk, by=clinician_a.user.pk)
    assert (row.transcripts, row.word_errors.value) == (1, 1 / 9)


def test_page_when_somebody_read_transcripts_then_shows_hers(as_person, clinician_a, case_a):
    run = heard(clinician_a, case_a)
    with clinician_a.at_work():
        acts.finish(by=clinician_a.actor, run=run)
    page = as_person(clinician_a).get("/review/figures/").content.decode()
    assert "Transcripts: words that were wrong" in page
    assert clinician_a.user.name in page
