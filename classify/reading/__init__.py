"""Lines of documents to lines of answers: what `manage.py classify_documents` does."""
