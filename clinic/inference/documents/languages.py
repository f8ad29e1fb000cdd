"""English, Spanish or another language, by small words that each has and the others have not, and by letters.

`benchmarks/documents.py` measures it. Notes are full of names, numbers and Latin: those say nothing here.
"""

import re
from collections import Counter

ENGLISH, SPANISH, OTHER, UNKNOWN = "en", "es", "other", "unknown"
LOOKED_AT_WORDS = 3_000
FEWEST_HITS = 2  # by chance a name is one
LEAST_SHARE = 0.1  # of all words, those that many languages have included
MARGIN = 1.1  # the winner has so many times the hits of the next

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_COMMON = {
    ENGLISH: """the of and to is was with for that this are were has had have been be which by from at not or an as it
        he she his her they their there who will would should could may can when then than these those after before
        during without if but also any all some other more most per patient pain history normal left right blood disease
        skin year old day days""",
    SPANISH: """el los las una unos unas del al y que con por para es fue son está están era ha han se su sus lo le les
        como más pero sin sobre entre desde hasta muy también este esta estos estas esa ese cuando donde porque ya hay
        no ni ser sido tiene paciente dolor años día días derecho derecha izquierdo izquierda sangre enfermedad piel
        presenta antecedentes de la en un o a""",
    "fr": """le les des une du au aux et est sont était avec pour dans sur par pas plus que qui ce cette ces il elle ils
        vous nous votre sa ses leur ou mais sans été être fait ne se de la en un à d'un d'une l'on""",
    "de": """der die das den dem des ein eine einen einem einer und ist sind war mit für von zu zum zur auf im nicht
        auch als wie bei nach aus dass wird werden wurde sich oder aber sie er es kann haben hat keine""",
    "it": """il gli della delle dei degli del dello nel nella nelle e è sono era con per che non una un di da al alla
        come più ma anche questo questa si ha hanno essere stato se su o la le lo i""",
    "pt": """o os as um uma do da dos das no na nos nas e é são foi com por para que não em ao à mais mas também este
        esta seu sua você se ou de a ser está""",
    "nl": """de het een en van is zijn was met voor niet op aan te dat die ook als bij naar uit wordt worden werd of
        maar dit deze kan heeft geen er""",
    "ca": """el els les una dels amb per que és no i del al als aquest aquesta més però també o són es va han ha de la
        en un a""",
    # Without po and od: a list of medicines says them of each, by mouth and once a day.
    "pl": """i w na z do nie jest się to że o jak za dla przez oraz ale są być ten ta lub czy""",
    "sv": """och i att det som en på är av för med den till inte om ett har de vid eller var kan från""",
    "da": """og i at det som en på er af for med den til ikke om et har de ved eller var kan fra""",
    "ro": """și în de la cu pe nu este un o a sau care din pentru sunt mai fost prin se au""",
    "tr": """ve bir bu için ile olarak de da çok olan değil gibi daha veya var en""",
    "id": """dan yang di ke dari untuk dengan ini itu tidak adalah pada atau dalam akan anda oleh""",
    "vi": """và của là có không cho được các một với trong người này khi đã để""",
    "cs": """a v na se je že s z do o to by pro jako nebo ale jsou být není""",
    "hu": """a az és hogy nem egy is ez meg van vagy csak már kell lehet""",
    "fi": """ja on ei se että oli tai mutta kun myös ole ovat voi hän""",
}  # fmt: skip
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_OWN_WEIGHT, _SHARED_WEIGHT = 1.0, 0.25  # a word that many languages have says little
_SHARING = Counter(word for words in _WORDS.values() for word in words)


def language_of(text: str) -> str:
    """`unknown` where too little speaks for any: a list of laboratory values, or half a line."""
    words = _TOKEN.findall(text[: LOOKED_AT_WORDS * 12])[:LOOKED_AT_WORDS]
    if not words:
        return UNKNOWN
    if _is_of_another_script(words):
        return OTHER
    counted = Counter(word.lower().replace("’", "'") for word in words)
    (most, best), (next_most, _) = sorted(((_score(counted, own), own) for own in _WORDS), reverse=True)[:2]
    is_clear = most >= FEWEST_HITS and most >= MARGIN * next_most
    if not is_clear or _hits(counted, best) < LEAST_SHARE * len(words):
        return UNKNOWN
    return best if best in (ENGLISH, SPANISH) else OTHER


def _is_of_another_script(words: list[str]) -> bool:
    letters = "".join(words)
    latin = sum(character < "\u0250" or "\u1e00" <= character < "\u1f00" for character in letters)
    return 2 * latin < len(letters)


def _score(counted: Counter[str], language: str) -> float:
    return sum(counted[word] * _weight(word) for word in _WORDS[language] if word in counted)


def _hits(counted: Counter[str], language: str) -> int:
    return sum(counted[word] for word in _WORDS[language] if word in counted)


def _weight(word: str) -> float:
    return _OWN_WEIGHT if _SHARING[word] == 1 else _SHARED_WEIGHT
