"""Programs that write through the proxy while parts are killed, and the reckoning afterwards: whatever was acknowledged
has to be there, once, and every answer has to be the one that was given in quiet."""

import hashlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.production.flows import in_pieces
from tests.production.visitor import NotTaken, Visitor, new_name

LETTERS = (
    "Dear colleague, this girl has had palpitations and chest pain on exertion for two months, without syncope.",
    "Cough and fever for six days, crackles at the right base, saturation 93 %. Film shows an infiltrate.",
    "An itching rash on both elbows for three weeks, worse at night, helped by an ointment.",
    "Vomiting and watery stools since yesterday, abdominal pain around the navel, drinks little.",
)
NOTES = (
    "Four days of fever. Amoxicillin 250 mg three times a day for 5 days. No known allergies.",
    "Takes lisinopril 10 mg once daily. Allergic to penicillin. Blood pressure 142/88.",
    "Ibuprofen 400 mg as needed for headache. No fever. Weight 61 kg.",
)
PAUSE_S, AGAIN_AFTER_S, PIECES_EVERY, PIECE_BYTES = 2.0, 0.5, 4, 2 * 1024 * 1024
SETTLED_WITHIN_S = 400.0
Asked = Callable[[], Any]


@dataclass
class Taken:
    """What was said yes to: who has to be asked later, and what has to come."""

    cases: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)  # upload: digest
    documents: dict[str, int] = field(default_factory=dict)
    sheets: dict[str, int] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)

    def count(self) -> int:
        return sum(len(each) for each in (self.cases, self.notes, self.files, self.documents, self.sheets))


class Writer(threading.Thread):
    """Sends a wish until it is taken, under one name, as a careful program does."""

    def __init__(self, number: int, visitor: Visitor, taken: Taken, is_over: threading.Event) -> None:
        super().__init__(daemon=True, name=f"writer-{number}")
        self.visitor, self.taken, self.is_over = visitor, taken, is_over
        self.chance, self.turn = random.Random(number), 0

    def run(self) -> None:
        while not self.is_over.is_set():
            self._wait_for_answers(self.cycle())
            self.is_over.wait(PAUSE_S)

    def _wait_for_answers(self, made: dict[str, str]) -> None:
        """Who reads what she asked for before she asks again: else the trial measures how long a queue grew."""
        for place, name in (("documents", "document"), ("extractions", "sheet")):
            while not self.is_over.is_set() and not self._is_answered(f"{place}/{made.get(name)}"):
                self.is_over.wait(AGAIN_AFTER_S)

    def _is_answered(self, path: str) -> bool:
        try:
            return bool(self.visitor.call("GET", path)["answer"])
        except NotTaken:
            return False

    def cycle(self) -> dict[str, str]:
        """What came of it, by kind: also a way to ask whether all of the house works."""
        self.turn += 1
        case = self._case()
        if case is None:
            return {}
        self._note(case)
        self._file(case)
        if self.turn % PIECES_EVERY == 0:
            self._in_pieces(case)
        return {"document": self._document(case), "sheet": self._sheet(case)}

    def _until_taken(self, ask: Asked) -> Any:
        while not self.is_over.is_set():
            try:
                return ask()
            except NotTaken as why:
                self.taken.refused[str(why)[:60]] += 1
                self.is_over.wait(AGAIN_AFTER_S)
        return None

    def _case(self) -> str | None:
        name, question = new_name(), f"Question {self.name} {self.turn}"
        who = {"name": f"{self.name} {self.turn}", "birth_date": "1990-01-01", "sex": "female"}
        wish = {"patient": {"new": who}, "question": question}
        made = self._until_taken(lambda: self.visitor.call("POST", "cases", wish, again=name))
        if made is None:
            return None
        self.taken.cases[made["id"]] = question
        return str(made["id"])

    def _note(self, case: str) -> None:
        name, body = new_name(), f"Note {new_name()}"
        if self._until_taken(lambda: self.visitor.call("POST", f"cases/{case}/notes", {"body": body}, again=name)):
            self.taken.notes.append((case, body))

    def _file(self, case: str) -> None:
        name, content = new_name(), self._words(20_000)
        made = self._until_taken(
            lambda: self.visitor.call("POST", f"cases/{case}/uploads?name=seen.txt", raw=content, again=name)
        )
        if made:
            self.taken.files[made["id"]] = hashlib.sha256(content).hexdigest()

    def _in_pieces(self, case: str) -> None:
        name, content = new_name(), self._words(PIECE_BYTES + 100_000)
        made = self._until_taken(lambda: in_pieces(self.visitor, case, "long.txt", content, again=name))
        if made:
            self.taken.files[made["id"]] = hashlib.sha256(content).hexdigest()

    def _document(self, case: str) -> str:
        which = self.chance.randrange(len(LETTERS))
        wish = {"case": case, "text": LETTERS[which], "wait": 0}
        made = self._until_taken(lambda: self.visitor.call("POST", "documents", wish))
        if made:
            self.taken.documents[made["id"]] = which
        return str(made["id"]) if made else ""

    def _sheet(self, case: str) -> str:
        which = self.chance.randrange(len(NOTES))
        wish = {"case": case, "text": NOTES[which], "wait": 0}
        made = self._until_taken(lambda: self.visitor.call("POST", "extractions", wish))
        if made:
            self.taken.sheets[made["id"]] = which
        return str(made["id"]) if made else ""

    def _words(self, size: int) -> bytes:
        line = f"{new_name()} {self.name} {self.turn}\n".encode()
        return (line * (size // len(line) + 1))[:size]


@dataclass
class Reckoning:
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Reckoner:
    """Asks the house, through the same door, for everything it said yes to."""

    def __init__(self, visitor: Visitor, tend: Callable[[], None]) -> None:
        self.visitor, self.tend = visitor, tend
        self.right: dict[str, Any] = {}

    def learn(self, case: str) -> None:
        """What the engines say of each text in quiet."""
        for which, text in enumerate(LETTERS):
            made = self.visitor.call("POST", "documents", {"case": case, "text": text, "wait": 0})
            self.right[f"document {which}"] = self.said_of_document(made["id"])
        for which, text in enumerate(NOTES):
            made = self.visitor.call("POST", "extractions", {"case": case, "text": text, "wait": 0})
            self.right[f"sheet {which}"] = self.said_of_sheet(made["id"])

    def said_of_document(self, pk: str) -> Any:
        answer = self._answered(f"documents/{pk}")["answer"]
        return {name: answer[name] for name in ("specialty", "probabilities", "is_urgent", "engine_digest", "refusal")}

    def said_of_sheet(self, pk: str) -> Any:
        sheet = self._answered(f"extractions/{pk}")
        return [(fact["key"], fact["words"], fact["evidence"]) for fact in sheet["facts"]]

    def _answered(self, path: str) -> Any:
        until = time.monotonic() + SETTLED_WITHIN_S
        while True:
            try:
                told = self.visitor.call("GET", path)
                if told["answer"]:
                    return told
            except NotTaken as why:
                told = why
            if time.monotonic() > until:
                raise TimeoutError(f"no answer: {str(told)[:800]}")
            self.tend()
            time.sleep(0.25)

    def reckon(self, taken: Taken) -> Reckoning:
        found = Reckoning()
        for case, question in taken.cases.items():
            self._look(found, f"case {case}", partial(self._question, case), question)
        for case, body in taken.notes:
            self._look(found, f"note of {case}", partial(self._notes, case), [body])
        for upload, digest in taken.files.items():
            self._look(found, f"file {upload}", partial(self._digest, upload), digest)
        for pk, which in taken.documents.items():
            self._look(found, f"document {pk}", partial(self.said_of_document, pk), self.right[f"document {which}"])
        for pk, which in taken.sheets.items():
            self._look(found, f"sheet {pk}", partial(self.said_of_sheet, pk), self.right[f"sheet {which}"])
        return found

    def _question(self, case: str) -> str:
        return str(self.visitor.call("GET", f"cases/{case}")["question"])

    def _look(self, found: Reckoning, name: str, ask: Asked, expected: Any) -> None:
        self.tend()
        try:
            told = self._patiently(ask)
        except (NotTaken, TimeoutError) as why:
            found.lost.append(f"{name}: {why}")
            return
        if told != expected:
            found.wrong.append(f"{name}: {str(told)[:300]} instead of {str(expected)[:300]}")

    def _patiently(self, ask: Asked) -> Any:
        """No answer is none yet: only what is not there, or stays away, is lost."""
        until = time.monotonic() + SETTLED_WITHIN_S
        while True:
            try:
                return ask()
            except NotTaken as why:
                if str(why).startswith("404") or time.monotonic() > until:
                    raise
                self.tend()
                time.sleep(1)

    def _notes(self, case: str) -> list[str]:
        return [one["body"] for one in self.visitor.call("GET", f"cases/{case}/notes")["results"]]

    def _digest(self, upload: str) -> str:
        return hashlib.sha256(self.visitor.content(f"uploads/{upload}/content")).hexdigest()
