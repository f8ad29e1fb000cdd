"""What is said in the made-up documents, and with what words. A slot is a value; `making` says which."""

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
CLINICAL = {"drug": "drug", "drug2": "drug", "disease": "disease", "disease2": "disease", "test": "test"}
CANARIES = (
    ("name", "Patient name: {} {}"),
    ("place", "Address: 77 {} Street"),
    ("date", "Date of birth: {}"),
    ("phone", "Phone: {}"),
    ("fax", "Fax: {}"),
    ("email", "Email: {}@example.org"),
    ("national_id", "SSN: {}"),
    ("record", "MRN: {}"),
    ("health_plan", "Member ID: {}"),
    ("account", "Account number: {}"),
    ("licence", "Driver's license: {}"),
    ("vehicle", "License plate: {}"),
    ("device", "Serial number: {}"),
    ("url", "Portal: https://example.org/{}"),
    ("ip", "IP address: {}"),
    ("other_id", "Fingerprint ID: {}"),
)


@cache
def documents(kind: str) -> tuple[str, ...]:
    """Of a language, or dictated."""
    return tuple(path.read_text("utf-8") for path in sorted((_FOLDER / "documents").glob(f"{kind}_*.txt")))


@cache
def words(section: str) -> tuple[str, ...]:
    _, _, found = (_FOLDER / "words.txt").read_text("utf-8").partition(f"\n[{section}]\n")
    return tuple(found.partition("\n[")[0].strip("\n").split("\n"))


@cache
def names_in_no_list(name: str) -> tuple[str, ...]:
    lines = (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())
