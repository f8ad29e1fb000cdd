"""Which earlier document of the site a text is a copy of. Workers only: what they find is written by the recorder."""

import hashlib
from uuid import UUID

from classify.models import Document, TextPrint
from classify.outcomes import Seen
from clinic import sealing
from clinic.inference.near_duplicates import Relation, Signature, compare, signature

MOST_COMPARED = 200  # of those that may be like it, the latest


def look(document: Document, text: str) -> Seen:
    own = signature(text, key=_key(document.site_id))
    copies = [found for other in _candidates(document, own) if (found := _copied(own, other))]
    share, copy_of = max(copies, key=lambda told: told[0], default=(None, None))
    return Seen(own.as_bytes(), own.bands, copy_of, share)


def _key(site_id: UUID) -> bytes:
    """Of the site, and for nothing else: without it nobody can ask whether a text is known here."""
    return hashlib.blake2b(b"text prints", key=sealing.data_key(site_id).secret, digest_size=32).digest()


def _candidates(document: Document, own: Signature) -> list[TextPrint]:
    """Earlier ones: of two that come together only the second is a copy."""
    near = TextPrint.objects.filter(site=document.site_id, bands__overlap=list(own.bands))
    earlier = near.filter(document__added_at__lt=document.added_at).exclude(document=document)
    return list(earlier.order_by("-document__added_at")[:MOST_COMPARED]) if own.bands else []


def _copied(own: Signature, other: TextPrint) -> tuple[float, UUID] | None:
    likeness = compare(own, Signature.of_bytes(bytes(other.signature)))
    return None if likeness.relation == Relation.DIFFERENT else (likeness.contained, other.document_id)
