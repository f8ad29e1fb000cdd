import argparse
import json

from extraction.extracting import command
from extraction.fields import RULES_SHA256
from extraction.inference import rules

NOTE = "A 54-year-old man with hypertension. Creatinine 1.4 mg/dL."


def run(tmp_path, *paths) -> list[dict]:
    out = tmp_path / "out.jsonl"
    command.run(argparse.Namespace(paths=list(paths), jsonl=out), say=lambda line: None)
    return [json.loads(line) for line in out.read_text().splitlines()]


def rows(tmp_path, *given: bytes):
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\n".join(given) + b"\n")
    return path


def test_each_row_gets_its_line_in_order(tmp_path):
    first, second = run(
        tmp_path, rows(tmp_path, json.dumps({"id": "a", "text": NOTE}).encode(), b'{"id": 7, "text": ""}')
    )
    assert (first["id"], first["flags"], first["engine"]) == ("a", [], command.named())
    assert first["data"]["patient"]["age"]["value"] == 54
    assert first["data"]["labs"][0]["evidence"][0] == {"start": 48, "end": 57, "text": "1.4 mg/dL", "field": "value"}
    assert first["data"]["problems"][0]["confidence"] is None
    assert (second["id"], second["flags"], second["data"]["labs"]) == ("7", ["empty"], [])
    assert set(first["data"]) == set(second["data"])


def test_a_bad_row_is_a_line_with_its_flag_and_the_next_is_read(tmp_path):
    good = json.dumps({"id": "good", "text": NOTE}).encode()
    found = run(tmp_path, rows(tmp_path, b"{no", b'{"id": "x"}', b"\xff\xfe", b"[]", good))
    assert [line["flags"] for line in found] == [["not_json"], ["no_text"], ["not_utf8"], ["not_json"], []]
    assert [line["id"] for line in found] == ["line 1", "x", "line 3", "line 4", "good"]


def test_row_of_nine_characters_is_too_short_as_a_file_is(tmp_path):
    note = tmp_path / "note.txt"
    note.write_text("123456789")
    given = [json.dumps({"id": text, "text": text}).encode() for text in ("123456789", "1234567890")]
    assert [line["flags"] for line in run(tmp_path, rows(tmp_path, *given), note)] == [["too_short"], [], ["too_short"]]


def test_engine_is_named_by_the_digest_that_pages_show():
    of_shipped = rules.digest() == json.loads((command._SHIPPED / "rules.json").read_text())["digest"]
    assert command.named() == (f"Field rules 1.0.0 {RULES_SHA256[:12]}" if of_shipped else rules.engine())


def test_one_document_that_breaks_the_rules_costs_no_other(tmp_path, monkeypatch):
    real = rules.extract

    def breaks(text):
        if "boom" in text:
            raise RuntimeError
        return real(text)

    monkeypatch.setattr(rules, "extract", breaks)
    given = [json.dumps({"id": text, "text": text}).encode() for text in ("boom boom boom", NOTE)]
    assert [line["flags"] for line in run(tmp_path, rows(tmp_path, *given))] == [["unexpected"], []]


def test_files_are_opened_as_uploads_are(tmp_path):
    note = tmp_path / "note.txt"
    note.write_text(NOTE)
    junk = tmp_path / "junk.pdf"
    junk.write_bytes(b"%PDF-1.4 no")
    found = run(tmp_path, note, junk)
    assert [line["id"] for line in found] == ["note.txt", "junk.pdf"]
    assert found[0]["data"]["problems"][0]["name"] == "hypertension"
    assert found[1]["flags"]


def test_in_a_pdf_the_words_have_a_box_on_their_page(tmp_path):
    from reportlab.pdfgen import canvas

    path = tmp_path / "note.pdf"
    page = canvas.Canvas(str(path))
    page.drawString(72, 700, "The patient has hypertension and was seen today.")
    page.save()
    (line,) = run(tmp_path, path)
    text, box = line["data"]["problems"][0]["evidence"][:2]
    assert text["text"] == "hypertension"
    assert box["page"] == 1
    assert all(0 <= share <= 1 for share in box["box"])
