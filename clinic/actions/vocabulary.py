"""The list of words that are offered to who corrects a transcript."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Site, VocabularyWord

LONGEST, MOST_AT_ONCE, MOST = 60, 500, 5_000


def add(*, by: Actor, words: Iterable[str], department: str = "") -> int:
    """How many are new: a word that stands there already is passed over."""
    by.require(Permission.NOTE_WRITE)
    spaced = [" ".join(each.split()) for each in words]
    wanted = {word.lower(): word for word in reversed(spaced) if word}  # of two spellings the first
    if any(len(word) > LONGEST for word in wanted) or len(wanted) > MOST_AT_ONCE:
        told = _("At most %(most)d words at once, of %(longest)d characters each.")
        raise Refusal(Code.INVALID, fields={"words": [told % {"most": MOST_AT_ONCE, "longest": LONGEST}]})
    with audit.act(by, "vocabulary.added") as doing:
        site = Site.objects.select_for_update(no_key=True).get(pk=by.here)
        held = VocabularyWord.objects.filter(site=site, department=department)
        known = {word.lower() for word in held.values_list("word", flat=True)}
        new = [word for folded, word in wanted.items() if folded not in known]
        if VocabularyWord.objects.filter(site=site).count() + len(new) > MOST:
            raise Refusal(Code.INVALID, fields={"words": [_("The list may have at most %d words.") % MOST]})
        if not new:
            doing.nothing_happened()
        VocabularyWord.objects.bulk_create(
            VocabularyWord(site=site, word=word, department=department, added_by_id=by.user_id) for word in new
        )
        doing.about(site, count=len(new))
    return len(new)


def remove(*, by: Actor, word: VocabularyWord) -> None:
    by.require(Permission.NOTE_WRITE)
    with audit.act(by, "vocabulary.removed") as doing:
        deleted, _by_model = VocabularyWord.objects.filter(pk=word.pk).delete()
        if not deleted:
            doing.nothing_happened()
        doing.about(word)
