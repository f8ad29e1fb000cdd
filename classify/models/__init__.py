from classify.models.documents import Document

__all__ = ["Document"]
