"""Where texts and questions become vectors: the only part of searching that loads a model."""

from functools import cache

from clinic import search_index
from clinic.inference import meaning
from clinic.inference.meaning import Embedder
from clinic.models import AskedSearch, Run
from clinic.pipeline import Work
from clinic.search_kinds import Indexed, Understood
from clinic.words import folded

MOST_TEXTS = 200
MOST_PARTS = 600  # what one run works out; what is left is the next one's


@cache
def embedder() -> Embedder | None:
    """Opened once a worker. None where its wheel is not installed: then texts are found by their words."""
    folder = meaning.installed()
    return meaning.load(folder) if folder else None


def index(work: Work) -> Indexed:
    site_id = Run.objects.values_list("site_id", flat=True).get(pk=work.run_id)
    work.report("read", 10)
    texts, count = [], 0
    for text in search_index.missing(site_id, MOST_TEXTS):
        texts.append(text)
        count += len(text.parts)
        if count >= MOST_PARTS:
            break
    work.report("compare", 30)
    model, said = embedder(), [part for text in texts for part in text.parts]
    vectors = iter(model.embed(said).tolist() if model and said else [None] * len(said))
    private = tuple((text, tuple((folded(part), next(vectors)) for part in text.parts)) for text in texts)
    return Indexed(texts=len(texts), parts=count, by_meaning=model is not None, private=private)


def ask(work: Work) -> Understood:
    row, model = AskedSearch.objects.filter(pk=work.params["search"]).first(), embedder()
    if row is None or model is None:
        return Understood()
    return Understood(by_meaning=True, private=tuple(model.embed([str(row.query)])[0].tolist()))
