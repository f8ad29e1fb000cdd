"""Recordings become words by the machinery every run goes through. Voices come from the installation itself."""

import numpy as np
import pytest

from clinic import speech, uploads
from clinic.actions import speech as asking
from clinic.answer_telling import opened
from clinic.errors import Code, Refusal
from clinic.inference.speech.configured import SpeechSettings
from clinic.inference.speech.sphinx import Sphinx
from clinic.inference.speech.transcript import Word
from clinic.models import Upload
from clinic.sources import Source, State
from clinic.speech_words import SENTENCES
from clinic.speech_worker import engines_of
from tests.integration.speech.recordings import keep, wav
from tests.unit.speech import made

pytestmark = pytest.mark.slow

SAID = "The pain began on Monday. She took two tablets of five hundred milligrams. There is no fever."


@pytest.fixture(scope="module")
def talk():
    return np.concatenate([made.silence(0.5), made.spoken(SAID), made.silence(0.8)])


@pytest.fixture
def heard(clinician_a, case_a, work_lane):
    """`heard(data)`: the run that heard it, and what it answered."""

    def hear(data: bytes, name: str = "said.wav", **told):
        upload = keep(clinician_a, case_a, data, name)
        with clinician_a.at_work():
            asking.ask(by=clinician_a.actor, upload=upload, **told)
        for lane in ("speech", "speech_batch"):
            work_lane(lane)
        with clinician_a.at_work():
            result = speech.result_of(upload.pk)
            assert result is not None
            return upload, result, opened(result)

    return hear


def test_recording_when_heard_then_words_times_and_places_in_the_text_are_kept(heard, talk, clinician_a):
    upload, result, told = heard(wav(talk))
    assert result.facets["problem"] == ""
    assert result.facets["engine"] == Sphinx.name
    assert (result.facets["is_draft"], result.facets["is_remote"], result.facets["language"]) == (True, False, "en")
    assert result.facets["words"] > 8
    said = [word for word in told["words"] if word["is_voiced"]]
    assert told["text"] == " ".join(word["text"] for word in said)
    assert all(told["text"][word["at"] : word["to"]] == word["text"] for word in said)
    first, last = told["segments"][0], told["segments"][-1]
    assert (first["first"], last["last"]) == (0, len(told["words"]))
    assert upload.sha256


def test_words_when_pointed_at_then_text_and_sound_both_open(heard, talk, clinician_a):
    upload, _result, told = heard(wav(talk))
    word = next(word for word in told["words"] if word["is_voiced"])
    with clinician_a.at_work():
        source = Source(Upload.objects.select_related("case").get(pk=upload.pk))
        written = speech.span(upload, told, word["at"], word["to"])
        assert source.look(written) == State.FITS
        assert source.words_at(written) == word["text"]
    spoken = speech.moment(upload, told, word["at"], word["to"])
    assert spoken is not None
    assert (spoken.start_s, spoken.end_s, spoken.words) == (word["start"], word["end"], word["text"])
    assert speech.span_at(told, spoken.start_s, spoken.end_s) == (word["at"], word["to"])


class Reader:
    """Reads its words off a sheet, whatever it hears."""

    languages: frozenset[str] = frozenset()
    is_draft = is_remote = False
    longest_s = 60.0

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text

    def open(self, language: str) -> "Reader":
        return self

    def hear(self, stretch) -> tuple[Word, ...]:
        words = self.text.split()
        each = len(stretch) / 16_000 / len(words)
        return tuple(Word(word, at * each, (at + 1) * each, 0.9) for at, word in enumerate(words))

    def close(self) -> None: ...


def read_by(patch: pytest.MonkeyPatch, *engines: Reader) -> None:
    patch.setattr("clinic.speech_worker.ladder", lambda settings, **_told: engines)


def test_numbers_and_negations_when_one_engine_alone_heard_them_then_each_is_to_be_confirmed(heard, monkeypatch):
    read_by(monkeypatch, Reader("one", "take 500 mg twice and no fever"))
    _upload, result, told = heard(wav(made.spoken("Good morning everybody.")))
    assert [tick["risk"] for tick in told["ticks"]] == ["dose", "number", "negation"]
    assert (result.facets["to_confirm"], result.facets["second"]) == (3, "")


def test_numbers_when_a_second_engine_hears_the_same_then_only_what_differs_is_to_be_confirmed(heard, monkeypatch):
    read_by(monkeypatch, Reader("one", "take 500 mg and no fever"), Reader("two", "take 500 mg and now fever"))
    _upload, result, told = heard(wav(made.spoken("Good morning everybody.")))
    assert [tick["text"] for tick in told["ticks"]] == ["no fever"]
    assert result.facets["second"] == "two"


def test_policy_when_two_persons_let_data_leave_then_only_then_remote_engines_hear(clinician_a, monkeypatch):
    asked = []

    def ladder(settings, **told):
        asked.append(told["may_leave"])
        return ()

    monkeypatch.setattr("clinic.speech_worker.ladder", ladder)
    with clinician_a.at_work():
        engines_of(clinician_a.site.pk, "en")
        monkeypatch.setattr("clinic.speech_worker.may_leave", lambda site_id: site_id == clinician_a.site.pk)
        engines_of(clinician_a.site.pk, "en")
    assert asked == [False, True]


def test_whisper_folder_when_it_was_changed_then_the_transcript_tells_it(heard, talk, tmp_path, settings):
    settings.SPEECH = SpeechSettings(whisper_folder=tmp_path)
    _upload, result, _told = heard(wav(talk))
    assert (result.facets["engine"], result.facets["failed"]) == (Sphinx.name, "faster-whisper: no_manifest")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (wav(made.silence(3.0)), "silent"),
        (wav(made.tone(0.05)), "too_short"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "damaged"),
    ],
    ids=["silent", "short", "damaged"],
)  # fmt: skip
def test_recording_when_nothing_can_be_heard_then_the_answer_is_a_code_with_a_sentence(heard, data, code):
    upload, result, told = heard(data)
    assert (result.facets["problem"], told["text"], told["words"]) == (code, "", [])
    assert code in SENTENCES
    assert uploads.is_intact(upload)


def test_recording_when_its_length_was_never_filled_in_then_it_is_heard_whole(heard, talk):
    seconds = round(len(talk) / 16_000, 1)
    for announced in (0, 0xFFFFFFFF):
        _upload, result, _told = heard(wav(talk, announced))
        facets = result.facets
        assert (facets["problem"], facets["seconds"], facets["is_cut_short"]) == ("", seconds, False)


def test_recording_when_nobody_here_hears_the_language_then_the_answer_says_so(heard, talk):
    _upload, result, _told = heard(wav(talk), language="es")
    assert result.facets["problem"] == "no_engine"


def test_noise_when_heard_then_no_word_is_in_the_text(heard):
    _upload, result, told = heard(wav(made.noise(4.0)))
    assert (result.facets["words"], told["text"]) == (0, "")


def test_long_recording_when_asked_for_then_it_waits_where_nobody_sits_and_waits(clinician_a, case_a):
    upload = keep(clinician_a, case_a, wav(np.tile(made.noise(61.0), 10)))
    with clinician_a.at_work():
        assert asking.ask(by=clinician_a.actor, upload=upload).lane == "speech_batch"


@pytest.mark.parametrize("params", [{"language": "fr"}, {"then": ["clinic.check"]}, {"engine": "x"}], ids=str)
def test_parameters_when_they_are_not_known_then_they_are_refused(params):
    with pytest.raises(Refusal) as refused:
        speech.clean(params)
    assert refused.value.code == Code.INVALID


def test_every_code_of_decoding_when_looked_for_then_has_a_sentence():
    from clinic.inference.speech import decoding

    told = decoding.__doc__.partition("Codes: ")[2].rstrip(".\n").replace("\n", " ").split(", ")
    assert set(told) <= set(SENTENCES)
