"""What a bundle of another house says, as far as it is taken. Pure: whoever reads it in a child knows no web."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Document:
    name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Record:
    name: str = field(repr=False)
    birth_date: str = field(repr=False)
    sex: str
    question: str = field(repr=False)
    encounter: str = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)  # the newest first
    documents: tuple[Document, ...] = field(repr=False)
    counts: dict[str, int]  # resources by type
    is_cut: bool  # there was more than is taken
