"""Texts that belong to no specialty because they are of another kind: other languages, letters without sense, lists of
laboratory values. Made here from a seed; the reject learns from some kinds and is measured on others."""

from collections.abc import Callable, Mapping
from random import Random

LEARNED_LANGUAGES: Mapping[str, str] = {
    "spanish": "el paciente refiere dolor en el pecho desde hace tres dias . se le dio de alta con tratamiento . la "
    "presion arterial era normal y no tenia fiebre . acudio a la consulta por tos y falta de aire . se recomienda "
    "control en una semana con su medico . no hay alergias conocidas a medicamentos",
    "french": "le patient se plaint de douleurs depuis deux semaines . il a ete admis dans le service pour une "
    "surveillance . la tension est normale et il n y a pas de fievre . nous proposons un traitement par voie orale . "
    "une consultation de controle est prevue dans un mois . les examens sont sans particularite",
    "german": "der patient klagt seit drei tagen ueber schmerzen in der brust . die aufnahme erfolgte ueber die "
    "ambulanz . der blutdruck war normal und es bestand kein fieber . wir empfehlen eine kontrolle in zwei wochen . "
    "die untersuchung ergab keinen auffaelligen befund . bekannte allergien bestehen nicht",
    "italian": "il paziente riferisce dolore da alcuni giorni . la pressione arteriosa era nella norma e non vi era "
    "febbre . si consiglia una visita di controllo tra un mese . gli esami del sangue sono risultati normali . e stato "
    "dimesso con terapia a domicilio . non sono note allergie ai farmaci",
    "portuguese": "o doente refere dores ha varios dias . a tensao arterial estava normal e nao tinha febre . foi "
    "medicado e teve alta para o domicilio . recomenda se uma consulta dentro de duas semanas . os exames nao "
    "mostraram alteracoes . nao tem alergias conhecidas",
}
OTHER_LANGUAGES: Mapping[str, str] = {
    "dutch": "de patient klaagt sinds enkele dagen over pijn . de bloeddruk was normaal en er was geen koorts . wij "
    "adviseren een controle over twee weken . het onderzoek liet geen afwijkingen zien . hij werd opgenomen op de "
    "afdeling . er zijn geen bekende allergieen",
    "swedish": "patienten klagar over smarta sedan nagra dagar . blodtrycket var normalt och ingen feber fanns . vi "
    "rekommenderar en kontroll om tva veckor . undersokningen visade inget avvikande . han skrevs ut till hemmet . "
    "inga kanda allergier",
    "polish": "pacjent skarzy sie na bol od kilku dni . cisnienie bylo prawidlowe i nie bylo goraczki . zalecamy "
    "kontrole za dwa tygodnie . badanie nie wykazalo odchylen . zostal wypisany do domu . nie stwierdzono uczulen",
    "turkish": "hasta birkac gundur agridan yakiniyor . tansiyon normaldi ve ates yoktu . iki hafta sonra kontrol "
    "oneriyoruz . muayenede ozellik saptanmadi . hasta taburcu edildi . bilinen alerjisi yok",
}
_TESTS = ("Na", "K", "Cl", "CO2", "BUN", "Cr", "Glucose", "Ca", "Mg", "WBC", "RBC", "Hgb", "Hct", "MCV", "Plt", "AST",
          "ALT", "ALP", "Bilirubin", "Albumin", "TSH", "PSA", "ESR", "CRP", "INR", "PT", "PTT", "pH", "HbA1c",
          "Ferritin", "Uric acid", "LDH")  # fmt: skip
_UNITS = ("mmol/L", "mg/dL", "g/dL", "U/L", "%", "x10^9/L", "fL", "pg", "mIU/L", "ng/mL", "mm/h", "s", "")
_FLAGS = ("", "", "", "H", "L", "(normal)", "*")


def languages(told: Mapping[str, str], count: int, *, seed: int) -> list[str]:
    chance = Random(seed)  # noqa: S311  (made-up texts, no secret)
    names = sorted(told)
    return [_of_language(chance, told[names[number % len(names)]]) for number in range(count)]


def _of_language(chance: Random, told: str) -> str:
    sentences = [sentence.split() for sentence in told.split(" . ")]
    words = [word for sentence in sentences for word in sentence]
    made = [_sentence(chance, chance.choice(sentences), words) for _ in range(chance.randint(2, 14))]
    return " ".join(made)


def _sentence(chance: Random, words: list[str], others: list[str]) -> str:
    return " ".join(chance.choice(others) if chance.random() < 0.25 else word for word in words).capitalize() + "."


def gibberish(count: int, *, seed: int) -> list[str]:
    chance = Random(seed)  # noqa: S311
    return [_many(chance, _no_word, 3, 120) for _ in range(count)]


def _no_word(chance: Random) -> str:
    letters = chance.choice(("abcdefghijklmnopqrstuvwxyz", "qwertyasdfgzxcvb", "bcdfghaeiou"))
    return "".join(chance.choices(letters, k=chance.randint(2, 10)))


def laboratory(count: int, *, seed: int) -> list[str]:
    chance = Random(seed)  # noqa: S311
    return [chance.choice(("\n", "; ", ", ", "  ")).join(_values(chance)) for _ in range(count)]


def _values(chance: Random) -> list[str]:
    return [_value(chance, test) for test in chance.sample(_TESTS, chance.randint(4, len(_TESTS)))]


def _value(chance: Random, test: str) -> str:
    number = round(chance.uniform(0.1, 300), chance.randint(0, 2))
    between = chance.choice((" ", ": ", " = "))
    return f"{test}{between}{number} {chance.choice(_UNITS)} {chance.choice(_FLAGS)}".rstrip()


def _many(chance: Random, make: Callable[[Random], str], least: int, most: int) -> str:
    return " ".join(make(chance) for _ in range(chance.randint(least, most)))


def to_learn_from(seed: int, count: int = 100) -> list[str]:
    return [
        *languages(LEARNED_LANGUAGES, 2 * count, seed=seed),
        *gibberish(count, seed=seed + 1),
        *laboratory(count, seed=seed + 2),
    ]


def to_measure_on(seed: int, count: int = 200) -> Mapping[str, list[str]]:
    return {
        "other languages": languages(OTHER_LANGUAGES, count, seed=seed + 1001),
        "letters without sense": gibberish(count, seed=seed + 1002),
        "laboratory lists": laboratory(count, seed=seed + 1003),
    }
