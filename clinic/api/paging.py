from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """Cursors stay right while rows are added, and cost the same on the last page as on the first."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = ("-pk",)
