"""What a clinician does in a day, through the proxy: in, files, all five capabilities, report, signature, out."""

import hashlib
import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

from radiology.inference.generated import Kind, draw
from radiology.inference.generated.dicom import Patient, as_dicom
from tests.production.site import EMAIL, PASSWORD
from tests.production.visitor import Visitor

LETTER = (
    "Dear colleague, this girl has had palpitations and chest pain on exertion for two months, without syncope. "
    "Amoxicillin 250 mg three times a day for 5 days. No known allergies."
)
SAID = "Cough for three days, no fever. She drinks well and plays. No allergies, no medicines."
ANSWER = "May I sit down? I am afraid the picture shows an infection. We can treat it. What worries you most?"
PATIENCE_S = 240.0


class Flows:
    """Each flow raises when it is not as it should be; its name is what is printed."""

    def __init__(self, visitor: Visitor, tend: Callable[[], None]) -> None:
        self.visitor, self.tend = visitor, tend
        self.case = ""

    def go(self) -> list[str]:
        done = []
        for flow in (self.sign_in, self.open_case, self.whole, self.pieces, self.document, self.facts, self.film,
                     self.consult, self.practice, self.sign, self.export, self.verify):  # fmt: skip
            began = time.monotonic()
            flow()
            done.append(f"{flow.__name__} {time.monotonic() - began:.1f} s")
        return done

    def sign_in(self) -> None:
        self.visitor.sign_in(EMAIL, PASSWORD)
        assert self.visitor.ask("GET", "/cases/").status == 200

    def open_case(self) -> None:
        who = {"name": "Ana Alder", "birth_date": "1957-03-02", "sex": "female"}
        self.case = self.visitor.call("POST", "cases", {"patient": {"new": who}, "question": "Is it the heart?"})["id"]

    def whole(self) -> None:
        content = b"Seen in clinic. " * 2000
        made = self.visitor.call("POST", f"cases/{self.case}/uploads?name=seen.txt", raw=content)
        assert self.visitor.content(f"uploads/{made['id']}/content") == content

    def pieces(self) -> None:
        content = b"".join(b"line %d of a long letter\n" % number for number in range(200_000))
        assert in_pieces(self.visitor, self.case, "long.txt", content)["size"] == len(content)

    def document(self) -> None:
        asked = self.visitor.call("POST", "documents", {"case": self.case, "text": LETTER, "wait": 0})
        told = self.until(f"documents/{asked['id']}", lambda one: one["answer"])
        assert told["answer"]["specialty"] == "cardiology", told["answer"]

    def facts(self) -> None:
        asked = self.visitor.call("POST", "extractions", {"case": self.case, "text": LETTER, "wait": 0})
        told = self.until(f"extractions/{asked['id']}", lambda one: one["answer"])
        assert any(fact["words"].startswith("Amoxicillin, 250 mg") for fact in told["facts"]), told["facts"]

    def film(self) -> None:
        drawn = as_dicom(draw(next(iter(Kind)), 7, (400, 360)), modality="DX", photometric="MONOCHROME2", bits=12,
                         patient=Patient("Person^7", "N7", "19700101", "F"), study_date="20240303")  # fmt: skip
        made = self.visitor.call("POST", f"cases/{self.case}/uploads?name=film.dcm", raw=drawn)
        asked = self.visitor.call("POST", "films", {"upload": made["id"]})
        told = self.until(f"films/{asked['id']}", lambda one: one["state"] != "opening")
        assert told["rows"] == 400, told

    def consult(self) -> None:
        begun = self.visitor.call("POST", "consults", {"case": self.case, "language": "en"})["id"]
        self.visitor.call("POST", f"consults/{begun}/words", {"text": SAID, "wait": 0})
        told = self.until(f"consults/{begun}", lambda one: one["answer"])
        assert told["answer"]["text"], told

    def practice(self) -> None:
        question = self.visitor.call("GET", "coaching/questions")["results"][0]["id"]
        begun = self.visitor.call("POST", "coaching/practices", {"question": question, "keeps": "all"})["id"]
        self.visitor.call("POST", f"coaching/practices/{begun}/typed", {"text": ANSWER})
        told = self.until(f"coaching/practices/{begun}", lambda one: one["attempts"][-1]["state"] == "done")
        assert told["attempts"][-1]["is_typed"]

    def sign(self) -> None:
        """Of a case of its own: what engines flagged in the first one waits for a second person, as it should."""
        who = {"name": "Bea Birch", "birth_date": "1961-07-11", "sex": "female"}
        case = self.visitor.call("POST", "cases", {"patient": {"new": who}, "question": "Is she well?"})["id"]
        report = f"cases/{case}/report"
        wish = {"section": "findings", "text": "Her heart beats evenly."}
        said = self.visitor.call("POST", f"{report}/sentences", wish)
        draft = self.visitor.call("GET", report)
        mine = {"sentence": said["id"], "seen": draft["revision"], "is_mine": True}
        self.visitor.call("PATCH", f"{report}/sentences", mine)
        self.visitor.call("POST", f"cases/{case}/move", {"to": "awaiting_human"})
        draft = self.until(report, lambda one: not [c for c in one["checks"] if c["blocks"] and not c["is_done"]])
        signed = self.visitor.call("POST", f"{report}/sign", {"seen": draft["revision"]})
        assert self.visitor.call("GET", f"reports/{signed['id']}/verification")["holds"]
        assert self.visitor.call("GET", f"cases/{case}/verification")["holds"]

    def export(self) -> None:
        answer = self.visitor.ask("POST", f"/api/v1/cases/{self.case}/export", b'{"form": "capsule"}',
                                  Content_Type="application/json")  # fmt: skip
        assert answer.status == 200, answer.content[:300]
        with zipfile.ZipFile(io.BytesIO(answer.content)) as capsule:
            assert capsule.testzip() is None
            assert len(capsule.namelist()) > 5

    def verify(self) -> None:
        told = self.visitor.call("GET", f"cases/{self.case}/verification")
        assert told["holds"], told["faults"]

    def until(self, path: str, is_so: Callable[[Any], object]) -> Any:
        until = time.monotonic() + PATIENCE_S
        while not is_so(told := self.visitor.call("GET", path)):
            if time.monotonic() > until:
                raise TimeoutError(f"{path.split('/')[0]}: {str(told)[:1500]}")
            self.tend()
            time.sleep(0.5)
        return told


def in_pieces(visitor: Visitor, case: str, name: str, content: bytes, again: str = "") -> Any:
    wish = {"case": case, "name": name, "size": len(content), "type": "text/plain"}
    session = visitor.call("POST", "uploads/sessions", wish, again=again)
    size = session["chunk_size"]
    for index in range(session["next_index"], -(-len(content) // size)):
        piece = content[index * size : (index + 1) * size]
        visitor.call("PUT", f"uploads/sessions/{session['id']}/chunks/{index}", raw=piece)
    return visitor.call("POST", f"uploads/sessions/{session['id']}/complete",
                        {"sha256": hashlib.sha256(content).hexdigest()})  # fmt: skip
