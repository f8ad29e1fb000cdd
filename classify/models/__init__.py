from classify.models.batches import BatchItem
from classify.models.documents import Document
from classify.models.prints import TextPrint

__all__ = ["BatchItem", "Document", "TextPrint"]
