"""Documents with identifiers whose places are known: letters, notes, summaries, headers, dictations.

Half of the names are in no list of the recogniser (given_names.txt, surnames.txt here: from the Faker project's lists
for twenty languages, MIT licence, and from the rare end of a census). The same seed gives the same documents.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from benchmarks.identifiers import templates
from clinic.inference.identifiers import Kind, known

_SLOT = re.compile(r"<([a-z_.0-9]+)>")
_SCANNED = {"O": "0", "0": "O", "l": "1", "1": "l", "5": "S", "S": "5", "8": "B", "B": "8", "I": "1", "rn": "rn"}
_NOISE = 0.02


@dataclass(frozen=True)
class Planted:
    start: int
    end: int
    kind: Kind | None  # none: a clinical word, which must stay
    is_in_lists: bool = True


@dataclass(frozen=True)
class Made:
    text: str
    planted: tuple[Planted, ...]
    style: str
    language: str


@dataclass
class _Person:
    given: str
    family: str
    is_in_lists: bool


@dataclass
class Maker:
    random: Random
    language: str = "en"
    later: str = ""  # "first_", "second_": documents written when the rules were done
    people: dict[str, _Person] = field(default_factory=dict)

    def document(self, style: str) -> Made:
        self.people = {}
        template = self.random.choice(
            templates.documents(self.later + ("dictated" if style == "dictated" else self.language))
        )
        pieces, planted, length = [], [], 0
        for index, piece in enumerate(_SLOT.split(template)):
            if index % 2:
                value, kind, is_in_lists = self._value(piece, style)
                planted.append(Planted(length, length + len(value), kind, is_in_lists))
            else:
                value = piece
            pieces.append(value)
            length += len(value)
        return Made(_styled("".join(pieces), style, self.random), tuple(planted), style, self.language)

    def _value(self, slot: str, style: str) -> tuple[str, Kind | None, bool]:
        name, _, part = slot.partition(".")
        if name in templates.CLINICAL:
            return self._word(templates.CLINICAL[name]), None, True
        if name in ("pat", "doc", "doc2", "rel", "rel2"):
            person = self._person(name)
            return self._name(person, part), Kind.NAME, person.is_in_lists
        made: Callable[[], str] = getattr(self, f"_{name}")
        kind = _KINDS[name]
        return made(), kind, True

    def _word(self, section: str) -> str:
        return self.random.choice(templates.words(section))

    # People.

    def _person(self, role: str) -> _Person:
        if role not in self.people:
            is_in_lists = self.random.random() < 0.5
            self.people[role] = _Person(*self._drawn(is_in_lists), is_in_lists)
        return self.people[role]

    def _drawn(self, is_in_lists: bool) -> tuple[str, str]:
        givens, families = _listed(self.language) if is_in_lists else _unlisted()
        family = self.random.choice(families)
        if self.language == "es":
            family = f"{family} {self.random.choice(families)}"
        return self.random.choice(givens), family

    def _name(self, person: _Person, part: str) -> str:
        given, family = person.given, person.family
        match part:
            case "first":
                return given
            case "last":
                return family.split()[0]
            case "rev":
                return f"{family}, {given}"
            case "up":
                return f"{given} {family}".upper()
            case "revup":
                return f"{family}, {given}".upper()
            case "init":
                return f"{given[0]}. {family}"
            case "mid":
                return f"{given} {self.random.choice('ABCDEFGHJKLMPRSTW')}. {family}"
        return f"{given} {family}"

    # Dates.

    def _day(self) -> date:
        return date(1930, 1, 1) + timedelta(days=self.random.randrange(34_500))

    def _date(self) -> str:
        day = self._day()
        month = templates.words(f"month {self.language}")[day.month - 1]
        short = month[:3]
        year, number = day.year, day.day
        if self.language == "es":
            return self.random.choice([
                f"{number}/{day.month}/{year}", f"{day:%d/%m/%Y}", f"{day:%d-%m-%y}", f"{day:%d.%m.%Y}",
                f"{number} de {month} de {year}", f"{number} de {month}", f"{month} de {year}",
                f"{number}-{short}-{year}", f"{number} {month} {year}",
            ])  # fmt: skip
        return self.random.choice([
            f"{day:%m/%d/%Y}", f"{day.month}/{number}/{day:%y}", f"{day:%Y-%m-%d}", f"{day:%m-%d-%Y}",
            f"{day:%d.%m.%Y}", f"{day:%Y/%m/%d}", f"{day:%m/%Y}", f"{month} {number}, {year}",
            f"{number} {month} {year}",
            f"{short} {number}, {year}", f"{number}-{short}-{year}", f"{short}. {number} {year}", f"{month} {number}",
            f"{number}th of {month} {year}" if 3 < number < 21 else f"{number} {short} {year}", f"{month} {year}",
            f"{number:02}{short.upper()}{year}", f"{day:%A}, {month} {number}, {year}",
        ])  # fmt: skip

    def _month(self) -> str:
        return self._word("month en")

    def _onday(self) -> str:
        day = self._day()
        return f"{day.month}/{day.day}"

    def _said_date(self) -> str:
        day = self._day()
        month = templates.words("month en")[day.month - 1]
        ordinal = templates.words("ordinal")[min(day.day, 28) - 1]
        years = ["twenty twenty-four", "two thousand nineteen", "nineteen eighty-six", str(day.year)]
        return self.random.choice(
            [f"{month} {ordinal}", f"{month} {ordinal} {self.random.choice(years)}", f"{month} {day.day} {day.year}"]
        )

    def _age(self) -> str:
        return str(self.random.randint(90, 104))

    # Places.

    def _street(self) -> str:
        number = self.random.randint(11, 9999)
        name = self._word("street")
        if self.language == "es":
            way = self.random.choice(["Calle", "C/", "Avenida", "Avda.", "Plaza", "Paseo de"])
            floor = self.random.choice(["", f", {self.random.randint(1, 9)}º {self.random.choice('ABCD')}"])
            return f"{way} {self._word('calle')}{self.random.choice([', ', ' ', ' nº '])}{number % 200 + 1}{floor}"
        way = self._word("way")
        flat = self.random.choice(
            ["", "", f", Apt {self.random.randint(1, 40)}", f" #{self.random.randint(1, 40)}", f", Suite {number}"]
        )
        return f"{number} {self.random.choice(['', '', 'N. ', 'West '])}{name} {way}{flat}"

    def _town(self) -> str:
        return self._word(f"town {self.language}")

    def _town_code(self) -> str:
        if self.language == "es":
            return f"{self.random.randint(1000, 52999):05} {self._town()}"
        plus = self.random.choice(["", "", f"-{self.random.randint(1000, 9999)}"])
        return f"{self._town()}, {self._word('state')} {self.random.randint(10000, 99999)}{plus}"

    def _house(self) -> str:
        if self.language == "es":
            return f"{self._word('kind of house es')} {self._word('calle')}"
        return f"{self._word('house')} {self._word('kind of house en')}"

    # Numbers.

    def _number(self, pattern: str) -> str:
        """# a digit, @ a capital, ? one of both."""
        letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
        of = {"#": "0123456789", "@": letters, "?": letters + "0123456789", "%": "123456789"}
        return "".join(self.random.choice(of[sign]) if sign in of else sign for sign in pattern)

    def _one_of(self, *patterns: str) -> str:
        return self._number(self.random.choice(patterns))

    def _phone(self) -> str:
        if self.language == "es":
            return self._one_of(
                "6## ## ## ##",
                "6## ### ###",
                "91 ### ## ##",
                "+34 6## ### ###",
                "6########",
                "9##-##-##-##",
                "(55) ####-####",
            )
        return self._one_of(
            "(%##) %##-####", "%##-%##-####", "%##.%##.####", "+1 %## %## ####", "1-%##-%##-####", "%##%######",
            "%## %## ####", "(%##)%##-####", "%##-%##-#### ext. ###", "%##-####", "020 7### ####", "+44 7### ######",
        )  # fmt: skip

    def _fax(self) -> str:
        return self._phone()

    def _email(self) -> str:
        person = self._person(self.random.choice(["pat", "doc"]))
        plain = person.family.split()[0].lower().replace("'", "")
        where = self.random.choice(["example.org", "mail.example.com", "hospital-demo.net", "correo.example.es"])
        who = [plain, f"{person.given[0].lower()}.{plain}", f"{plain}{self.random.randint(1, 99)}"]
        return f"{self.random.choice(who)}@{where}"

    def _ssn(self) -> str:
        if self.language == "es":
            return self._one_of("########@", "########-@", "X#######@", "@@@@######H@@@@@@##", "## ######## ##")
        return self._one_of("%##-##-####", "%## ## ####", "%########")

    def _mrn(self) -> str:
        return self._one_of(
            "#######", "%#####", "##-##-##", "@#######", "@@-######", "########", "%###-###", "@##@####"
        )

    def _plan(self) -> str:
        return self._one_of(
            "@@@#########",
            "%@@#-@@#-@@##",
            "#########@",
            "@@########",
            "%#### ####",
            "###-##-####A",
            "BBBB############",
        )

    def _account(self) -> str:
        return self._one_of(
            "########", "####-####", "#### #### #### ####", "@@##########", "%#####-##", "ES## #### #### #### #### ####"
        )

    def _licence(self) -> str:
        return self._one_of(
            "@#######", "@@######", "##########", "@@#######", "%#####", "@###-####-####", "##/##/#####"
        )

    def _vehicle(self) -> str:
        return self._one_of("1HG@@##@#@A######", "@@@-####", "####@@@", "#@@@###", "@@## @@@", "2T1@@#@@#@@######"[:17])

    def _device(self) -> str:
        return self._one_of(
            "@@@######", "SN-#######", "########", "@@#-######", "(01)##############(17)######", "@@@@#####@"
        )

    def _url(self) -> str:
        return self._one_of(
            "https://portal.example.org/patients/######", "www.example-clinic.com/u/######", "http://records.example.net/view?id=#######",
            "www.familia####.example.es", "myhealthpage####.com",
        )  # fmt: skip

    def _ip(self) -> str:
        if self.random.random() < 0.25:
            return ":".join(f"{self.random.randrange(1, 65536):x}" for _ in range(8))
        return ".".join(str(self.random.randint(1, 254)) for _ in range(4))

    def _other(self) -> str:
        return self._one_of(
            "S##-#####", "@@######", "ACC########", "########", "??######??####", "%####-##-###", "2024-######"
        )

    def _biometric(self) -> str:
        return self._one_of("FP-########", "VP########", "@@##-@@##-####", "BIO_########")

    def _said_number(self) -> str:
        return " ".join(self._word("digit") for _ in range(self.random.randint(5, 9)))

    def _said_phone(self) -> str:
        return " ".join(self._word("digit") for _ in range(self.random.choice([7, 10])))

    def _said_email(self) -> str:
        return f"{self._person('pat').family.split()[0].lower()} at example dot org"


_KINDS = {
    "date": Kind.DATE,
    "onday": Kind.DATE,
    "month": Kind.DATE,
    "said_date": Kind.DATE,
    "age": Kind.AGE,
    "street": Kind.PLACE,
    "town": Kind.PLACE,
    "town_code": Kind.PLACE,
    "house": Kind.PLACE,
    "phone": Kind.PHONE,
    "fax": Kind.FAX,
    "email": Kind.EMAIL,
    "ssn": Kind.NATIONAL,
    "mrn": Kind.RECORD,
    "plan": Kind.PLAN,
    "account": Kind.ACCOUNT,
    "licence": Kind.LICENCE,
    "vehicle": Kind.VEHICLE,
    "device": Kind.DEVICE,
    "url": Kind.URL,
    "ip": Kind.IP,
    "other": Kind.OTHER,
    "biometric": Kind.OTHER,
    "said_number": Kind.RECORD,
    "said_phone": Kind.PHONE,
    "said_email": Kind.EMAIL,
}
STYLES = ("written", "capitals", "scanned", "dictated")


def documents(count: int, seed: int, later: str = "") -> list[Made]:
    random = Random(seed)
    made = []
    for number in range(count):
        language = "es" if number % 3 == 2 else "en"
        style = random.choices(STYLES, weights=(6, 1, 2, 2))[0]
        maker = Maker(random, "en" if style == "dictated" else language, later)
        made.append(maker.document(style))
    return made


def _styled(text: str, style: str, random: Random) -> str:
    """Every character keeps its place."""
    if style == "capitals":
        return "".join(large if len(large := sign.upper()) == 1 else sign for sign in text)
    if style == "dictated":
        return text.lower()
    if style == "scanned":
        return "".join(_SCANNED[sign] if sign in _SCANNED and random.random() < _NOISE else sign for sign in text)
    return text


def _listed(language: str) -> tuple[Sequence[str], Sequence[str]]:
    """Names of every day, "Rose" and "Long" among them."""
    return templates.words(f"given {language}"), templates.words(f"family {language}")


def _unlisted() -> tuple[Sequence[str], Sequence[str]]:
    is_listed = known.words().is_name
    given, family = (templates.names_in_no_list(name) for name in ("given_names", "surnames"))
    return [name for name in given if not is_listed(name.lower())], [
        name for name in family if not is_listed(name.lower())
    ]
