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
        assert self.visitor.call("GET", "me")["name"] == "Clara Cedar"

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
        assert any("amoxicillin" in fact["words"] for fact in told["facts"]), told["facts"]

    def film(self) -> None:
        drawn = as_dicom(draw(next(iter(Kind)), 7, (400, 360)), modality="DX", photometric="MONOCHROME2", bits=12,
                         patient=Patient("Person^7", "N7", "19700101", "F"), study_date="20240303")  # fmt: skip
        made = self.visitor.call("POST", f"cases/{self.case}/uploads?name=film.dcm", raw=drawn)
        asked = self.visitor.call("POST", "films", {"upload": made["id"]})
        told = self.until(f"films/{asked['id']}", lambda one: one["state"] not in ("waiting", "looking", "opening"))
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
        """The case's own runs have to be over; then what blocks is nothing any more."""
        self.visitor.call("POST", f"cases/{self.case}/report/sentences",
                          {"section": "findings", "text": "Her heart is heard to beat evenly."})  # fmt: skip
        draft = self.until(f"cases/{self.case}/report", lambda one: not blocking(one, besides="vouched"))
        for sentence in draft["sentences"]:
            self._vouch(sentence, draft["revision"])
        draft = self.until(f"cases/{self.case}/report", lambda one: not blocking(one))
        signed = self.visitor.call("POST", f"cases/{self.case}/report/sign", {"seen": draft["revision"]})
        assert self.visitor.call("GET", f"reports/{signed['id']}/verification")["holds"]

    def _vouch(self, sentence: dict[str, Any], revision: int) -> None:
        if not sentence["evidence"] and not sentence["is_vouched"]:
            self.visitor.call("PATCH", f"cases/{self.case}/report/sentences",
                              {"sentence": sentence["id"], "is_vouched": True, "seen": revision})  # fmt: skip

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


def blocking(draft: dict[str, Any], besides: str = "") -> list[str]:
    return [one["code"] for one in draft["checks"] if one["blocks"] and not one["is_done"] and one["code"] != besides]


def in_pieces(visitor: Visitor, case: str, name: str, content: bytes, again: str = "") -> Any:
    wish = {"case": case, "name": name, "size": len(content), "type": "text/plain"}
    session = visitor.call("POST", "uploads/sessions", wish, again=again)
    size = session["chunk_size"]
    for index in range(session["next_index"], -(-len(content) // size)):
        piece = content[index * size : (index + 1) * size]
        visitor.call("PUT", f"uploads/sessions/{session['id']}/chunks/{index}", raw=piece)
    return visitor.call("POST", f"uploads/sessions/{session['id']}/complete",
                        {"sha256": hashlib.sha256(content).hexdigest()})  # fmt: skip
