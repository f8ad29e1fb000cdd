"""Words that say nothing of the matter, in English and Spanish: fillers, small words, ways to begin."""

import re
from typing import NamedTuple


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


FILLERS = {
    "en": frozenset(
        {"um", "umm", "uum", "uhm", "uh", "uhh", "er", "err", "erm", "eh", "hmm", "hm", "mm", "mmm", "ehm"}
    ),
    "es": frozenset({"eh", "ehh", "ehm", "em", "emm", "mmm", "mm", "hmm", "hm", "eem"}),
}


class Phrase(NamedTuple):
    """It fills where it says nothing: not after some words, not before others."""

    words: tuple[str, ...]
    not_after: frozenset[str]
    not_before: frozenset[str] = frozenset()


_OF_A_KIND = _words("""
    a the this that what some any every which all same another one other no each right real different good bad of
""")
PHRASES = {
    "en": (
        Phrase(("you", "know"), _words("""
            do did if what how as that let would should could can will when whether because all than must may might
            where who before until once since everything anything
        """), _words("""
            what that how if about where when why who whether which the this anyone anybody someone somebody it her him
            them me nothing everything and is are more better
        """)),
        Phrase(("i", "mean"), _words("what that do did this as"), _words("by")),
        Phrase(("sort", "of"), _OF_A_KIND),
        Phrase(("kind", "of"), _OF_A_KIND | _words("is was so be")),
    ),
    "es": (
        Phrase(("o", "sea"), _words("ya")),
        Phrase(("digamos",), _words("que le lo nos se"), _words("que lo le la a")),
    ),
}  # fmt: skip
# Words that fill only between commas, or before a pause or another filler.
FILLING_BEFORE_A_STOP = {"en": frozenset({"like"}), "es": frozenset({"este", "pues"})}


SMALL = {
    "en": _words("""
        a about after again all almost also always am an and any are as at be because been before being but by can
        could did do does doing done down each else even ever every few for from get gets getting go goes going gone got
        had has have having he her here hers him his how i i'd i'll i'm i've if in into is it it's its just know let
        let's like likes lot lots made make makes making many may maybe me mean might more most much must my myself no
        not now of off ok okay on one only or other our out over own quite rather really right said same say says see
        seem she should since so some something sort still such sure take tell than that that's the their them then
        there there's these they they're thing things think this those though thought through to too try trying up upon
        us use used very want wanted wants was way we we'd we'll we're we've well were what when where which while who
        whom whose why will with within would yeah yes yet you you're your yours kind actually basically obviously
        probably perhaps anyway ask asked asking question answer talk speak example time first start begin
    """),
    "es": _words("""
        a al algo alguna algunas alguno algunos ante antes aquel aquella aquello aquí así aún aunque bien bueno cada
        casi claro como cómo con contra cosa cosas creo cual cuál cuales cuando cuándo de decir dejar del desde después
        dice digo donde dónde dos durante e el él ella ellas ello ellos en entonces entre era eran eres es esa esas ese
        eso esos esta está están estaba estado estas este esto estos estoy fue fueron gran ha había haber habla hablar
        hace hacer hacia han hasta hay he hemos hoy igual ir la las le les lo los luego más me menos mi mí mientras mis
        misma mismo momento muchas mucho muchos muy nada ni ningún ninguna no nos nosotros nuestra nuestro o os otra
        otras otro otros para parece pero poco por porque pregunta preguntas primer primero pues puede pueden puedo que
        qué quien quién quiero respuesta sabe saber sé se sea según ser si sí sido siempre sin sino sobre solo sólo son
        soy su sus tal también tampoco tan tanto te tener tengo ti tiempo tiene tienen toda todas todo todos tras tu tus
        u un una uno unos usted ustedes va vale vamos van veces verdad vez voy y ya yo
    """),
}

# How people begin before they begin, as patterns over lowered words with single spaces.
_BEGINNINGS = {
    "en": (
        r"(?:good (?:morning|afternoon|evening)|hello|hi|hey)(?: (?:everyone|everybody|all|there))?",
        r"(?:thank you|thanks)(?: (?:so|very) much)?"
        r"(?: for (?:asking|having me|(?:the|your|that|this) (?:question|opportunity)|that|this))?",
        r"(?:so )?(?:that's|that is|it's|it is|what) (?:a |an )?(?:really |very )?"
        r"(?:good|great|interesting|difficult|hard|tough|important|excellent|tricky) (?:question|one)",
        r"let me (?:think|see|start|begin)"
        r"(?: (?:about (?:that|this|it)|by (?:saying|telling you)(?: that)?|for a (?:moment|second|minute)))?",
        r"(?:i think|i guess|i suppose|i believe|i would say|i'd say|what i would say is|to be honest)(?: that)?",
        r"(?:first of all|to start with|to begin with|in general|generally speaking)",
        r"(?:well|so|okay|ok|right|now|yes|yeah|sure|alright|all right|anyway|basically|actually|obviously)",
    ),
    "es": (
        r"(?:buenos días|buenas tardes|buenas noches|hola)(?: a todos)?",
        r"(?:muchas )?gracias"
        r"(?: por (?:(?:la|su|tu|esta) (?:pregunta|oportunidad)|preguntar))?",
        r"(?:es|esa es|esta es|qué) (?:una )?(?:muy )?(?:buena|gran|difícil|interesante|excelente) pregunta",
        r"(?:es |esa es |esta es )?una pregunta (?:muy )?(?:buena|difícil|interesante|importante)",
        r"(?:déjeme|déjame) (?:pensar|ver)(?: un momento)?",
        r"(?:yo )?(?:creo|pienso|supongo|diría|considero)(?: que)?",
        r"(?:a ver|en primer lugar|para empezar|primero que nada|antes que nada|la verdad(?: es que)?|en general)",
        r"(?:bueno|pues|entonces|vale|claro|sí|bien|ok|mire|mira|o sea)",
    ),
}
BEGINNINGS = {language: re.compile(rf"(?:{'|'.join(patterns)})(?= |$)") for language, patterns in _BEGINNINGS.items()}
