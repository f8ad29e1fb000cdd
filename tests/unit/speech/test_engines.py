"""The ladder and each engine on it; the remote one against a server on loopback that speaks its wire format."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from clinic.environment import Environment
from clinic.inference.speech import whisper
from clinic.inference.speech.configured import RemoteModel, SpeechSettings, hears, settings_from
from clinic.inference.speech.engines import EngineFailed, ladder
from clinic.inference.speech.remote import RemoteWhisper
from clinic.inference.speech.sphinx import Sphinx
from clinic.inference.speech.streaming import transcribe
from clinic.inference.speech.whisper import Whisper, write_manifest
from tests.unit.speech import made, whispering

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sentence():
    return made.spoken("The pain began on Monday.")


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whisper")
    whispering.make_model(folder)
    return folder


@pytest.fixture
def copy_of_model(small_model: Path, tmp_path: Path) -> Path:
    for path in small_model.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("leaves", [True, False])
@pytest.mark.parametrize("remote", [(), (RemoteModel("groq", "whisper", "https://groq.test", "key"),)])
def test_a_language_is_heard_where_an_engine_for_it_stands_on_the_ladder(small_model, language, leaves, remote):
    for folder in (None, small_model):
        told = SpeechSettings(folder, remote)
        stands = bool(ladder(told, language=language, may_leave=leaves))
        assert hears(told, language, may_leave=leaves) is stands


def test_folder_without_a_manifest_hears_nothing(tmp_path):
    assert not hears(SpeechSettings(tmp_path), "es", may_leave=False)


def test_nothing_configured_when_the_ladder_is_made_then_the_embedded_draft_stands_on_it():
    (only,) = ladder(settings_from(Environment({})), language="en")
    assert (only.name, only.is_draft, only.is_remote) == ("pocketsphinx/en-us", True, False)


def test_spanish_when_nothing_is_configured_then_nobody_can_hear_it():
    assert ladder(SpeechSettings(), language="es") == ()


def test_everything_configured_when_the_ladder_is_made_then_the_best_is_first_and_a_voice_leaves_only_where_it_may(
    small_model,
):
    values = {"ROUNDS_WHISPER_FOLDER": str(small_model), "ROUNDS_SPEECH_ENGINES": "groq/whisper-large-v3",
              "ROUNDS_GROQ_KEY": "a key"}  # fmt: skip
    settings = settings_from(Environment(values))
    at_home = [engine.name for engine in ladder(settings, language="en")]
    assert at_home == ["faster-whisper/of-the-tests", "pocketsphinx/en-us"]
    anywhere = [engine.name for engine in ladder(settings, language="en", may_leave=True)]
    assert anywhere == ["faster-whisper/of-the-tests", "groq/whisper-large-v3", "pocketsphinx/en-us"]
    assert [engine.name for engine in ladder(settings, language="es", may_leave=True)] == ["groq/whisper-large-v3"]


def test_settings_when_read_in_a_process_of_the_web_then_load_no_engine():
    code = "import sys, clinic.inference.speech.configured; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "onnxruntime", "faster_whisper", "pocketsphinx", "av"} & set(loaded)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"ROUNDS_WHISPER_FOLDER": "/no/such/folder"}, "which is no folder"),
        ({"ROUNDS_SPEECH_ENGINES": "acme/ears"}, "must be one of groq, openai"),
        ({"ROUNDS_SPEECH_ENGINES": "openai/whisper-1"}, "ROUNDS_OPENAI_KEY is empty"),
    ],
)
def test_wrong_setting_when_read_then_is_told_in_words(values, problem):
    environment = Environment(values)
    settings_from(environment)
    assert problem in environment.problems[0]


def test_whisper_folder_when_asked_then_gives_words_with_times_and_confidence(small_model, sentence):
    words = Whisper(small_model).open("en").hear(sentence)
    assert words
    assert all(0 <= word.start <= word.end <= len(sentence) / 16_000 for word in words)
    assert all(word.confidence is not None and 0 <= word.confidence <= 1 for word in words)


def test_whisper_model_when_asked_through_the_stream_then_the_transcript_names_it(small_model, sentence):
    transcript = transcribe(sentence, [Whisper(small_model), Sphinx()], "en")
    assert (transcript.heard.engine, transcript.heard.is_draft) == ("faster-whisper/of-the-tests", False)
    assert transcript.words


@pytest.mark.parametrize("name", sorted(whisper.NEEDED))
def test_whisper_folder_when_one_byte_was_changed_then_is_not_opened(copy_of_model, name):
    whisper._model.cache_clear()
    data = bytearray((copy_of_model / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy_of_model / name).write_bytes(data)
    with pytest.raises(EngineFailed, match="model_changed"):
        Whisper(copy_of_model).open("en")


def test_whisper_folder_when_its_manifest_was_changed_after_the_start_then_is_not_opened(copy_of_model):
    engine = Whisper(copy_of_model)
    write_manifest(copy_of_model, "another", [])
    with pytest.raises(EngineFailed, match="model_changed"):
        engine.open("en")


@pytest.mark.parametrize(
    "manifest", ["", "[]", '{"format": 1}', '{"format": 1, "name": "x", "languages": [], "files": {"../x": "0"}}']
)
def test_whisper_folder_when_its_manifest_is_none_then_is_refused(copy_of_model, manifest):
    (copy_of_model / "manifest.json").write_text(manifest)
    with pytest.raises(EngineFailed, match="no_manifest"):
        Whisper(copy_of_model)


def test_whisper_model_that_is_nonsense_when_opened_then_fails_by_name(copy_of_model):
    (copy_of_model / "model.bin").write_bytes(b"no model")
    write_manifest(copy_of_model, "broken", ["en"])
    with pytest.raises(EngineFailed, match="model_unusable"):
        Whisper(copy_of_model).open("en")


def test_embedded_engine_when_it_hears_then_words_have_times_in_order_and_confidence(sentence):
    hearing = Sphinx().open("en")
    words = hearing.hear(sentence)
    hearing.close()
    assert len(words) >= 3
    assert all(first.end <= second.start + 0.011 for first, second in pairwise(words))
    assert all(0 <= (word.confidence or 0) <= 1 and not word.text.startswith("<") for word in words)


def test_embedded_engine_when_it_heard_another_voice_before_then_hears_the_same(sentence):
    def heard() -> str:
        return transcribe(sentence, [Sphinx()], "en").text

    first = heard()
    transcribe(made.spoken("A quite different and much longer thing was said by somebody.", pace=220), [Sphinx()], "en")
    assert heard() == first


# The remote one.

Answer = tuple[int, bytes]


@contextmanager
def served(answer: Callable[[str, dict[str, str], bytes], Answer]) -> Iterator[RemoteModel]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["content-length"]))
            status, body = answer(self.path, {name.lower(): value for name, value in self.headers.items()}, asked)
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            if status == 302:
                self.send_header("location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *parts: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield RemoteModel("groq", "whisper-large-v3", f"http://127.0.0.1:{server.server_address[1]}/v1", "a key")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


SAID = {
    "text": "The pain began.", "language": "english",
    "segments": [{"start": 0.0, "end": 1.5, "avg_logprob": -0.1}],
    "words": [{"word": "The", "start": 0.1, "end": 0.3}, {"word": "pain", "start": 0.3, "end": 0.7},
              {"word": "began.", "start": 0.7, "end": 1.2}],
}  # fmt: skip


def test_remote_engine_when_asked_then_speaks_the_format_and_gives_words(sentence):
    seen: list[tuple[str, str, bytes]] = []

    def answer(path: str, headers: dict[str, str], asked: bytes) -> Answer:
        seen.append((path, headers["authorization"], asked))
        return 200, json.dumps(SAID).encode()

    with served(answer) as model:
        hearing = RemoteWhisper(model).open("en")
        words = hearing.hear(sentence)
        hearing.close()
    ((path, key, asked),) = seen
    assert (path, key) == ("/v1/audio/transcriptions", "Bearer a key")
    for part in (b'name="model"\r\n\r\nwhisper-large-v3', b'name="language"\r\n\r\nen', b"verbose_json",
                 b'name="timestamp_granularities[]"\r\n\r\nword', b"RIFF"):  # fmt: skip
        assert part in asked
    assert sentence.tobytes() in asked
    assert [word.text for word in words] == ["The", "pain", "began."]
    assert words[0].confidence == pytest.approx(0.905, abs=0.001)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (401, b"{}", "key_refused"),
        (404, b"{}", "model_not_found"),
        (429, b"{}", "rate_limit"),
        (503, b"{}", "server_error"),
        (302, b"", "rejected"),
        (200, b"<html>", "garbage"),
        (200, b'{"text": "hello"}', "garbage"),
        (200, b'{"words": [{"word": "x", "start": 5, "end": 1}]}', "garbage"),
        (200, b'{"words": [{"word": "x", "start": 500, "end": 501}]}', "garbage"),
        (200, b'{"words": [{"word": "x", "start": NaN, "end": 1}]}', "garbage"),
    ],
)
def test_remote_engine_when_it_fails_then_the_reason_is_ours(status, body, code, sentence):
    with served(lambda path, headers, asked: (status, body)) as model:
        hearing = RemoteWhisper(model).open("en")
        with pytest.raises(EngineFailed, match=f"^{code}$"):
            hearing.hear(sentence)
        hearing.close()


def test_remote_engine_when_it_fails_then_the_embedded_one_hears(sentence):
    with served(lambda path, headers, asked: (503, b"{}")) as model:
        transcript = transcribe(sentence, [RemoteWhisper(model), Sphinx()], "en")
    assert transcript.heard.failed == ("groq/whisper-large-v3: server_error",)
    assert transcript.heard.engine == "pocketsphinx/en-us"
    assert transcript.words


def test_remote_engine_when_nobody_is_there_then_is_a_lost_connection(sentence):
    hearing = RemoteWhisper(RemoteModel("groq", "m", "http://127.0.0.1:9", "a key")).open("en")
    with pytest.raises(EngineFailed, match="connection"):
        hearing.hear(sentence)
    hearing.close()


def test_silence_when_heard_then_no_engine_is_asked_at_all():
    def answer(path: str, headers: dict[str, str], asked: bytes) -> Answer:
        raise AssertionError("a voice left that nobody had")

    with served(answer) as model:
        transcript = transcribe(np.zeros(80_000, np.int16), [RemoteWhisper(model)], "en")
    assert (transcript.words, transcript.voiced_s) == ((), 0)


def test_sphinx_when_its_decoder_heard_somebody_before_then_hears_the_next_as_if_it_had_not():
    said = made.spoken("The pain began on Monday after dinner.")
    found = [transcribe(said, [Sphinx()], "en")]
    transcribe(made.noise(2.0, 0.2), [Sphinx()], "en")
    transcribe(np.concatenate([made.noise(1.0, 0.2), made.spoken("Good morning everybody.")]), [Sphinx()], "en")
    found.append(transcribe(said, [Sphinx()], "en"))
    assert found[0] == found[1]
