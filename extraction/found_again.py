"""How much of what stands in the made-up documents an engine finds: the one thing that every engine has been asked."""

import json
from collections.abc import Callable

from clinic.doubt.intervals import Figure, wilson
from extraction import made_up
from extraction.inference.grounding import grounded
from extraction.inference.schema import Extraction

MEASURE = "facts found in made-up documents"  # so it is called on cards


def share(read: Callable[[str], Extraction]) -> Figure:
    found = wanted = 0
    for name, text in made_up.DOCUMENTS.items():
        told = grounded(read(text), text).model_dump(mode="json")
        for kind, words in made_up.MUST[name].items():
            said = json.dumps(told[kind]).casefold()
            found, wanted = found + sum(word.casefold() in said for word in words), wanted + len(words)
    return wilson(found, wanted)
