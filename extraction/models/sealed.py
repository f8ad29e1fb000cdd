"""Rows that carry the installation's signature over what they say: a row written past the product does not hold."""

from typing import Any, ClassVar

from django.db import models

from clinic import signing
from clinic.models.base import SiteRow
from clinic.report_body import canonical
from clinic.signing import Seal


class SignedRow(SiteRow):
    """`signed` names the columns that the signature is made over; the id and the site are always among them."""

    sealed_as: ClassVar[str]
    signed: ClassVar[tuple[str, ...]]
    signed_where_set: ClassVar[tuple[str, ...]] = ()  # came later: rows of before have none, and hold as they did

    key_id = models.CharField(max_length=60)
    signature = models.BinaryField(help_text="The installation’s, over what the row says.")

    class Meta:
        abstract = True

    def content(self) -> bytes:
        later = [name for name in self.signed_where_set if getattr(self, name) is not None]
        named = {name: _plain(getattr(self, name)) for name in ("id", "site_id", *self.signed, *later)}
        return canonical(named)

    def sign(self) -> None:
        made = signing.seal(self.sealed_as, self.content())
        self.key_id, self.signature = made.key_id, made.signature

    @property
    def holds(self) -> bool:
        return signing.verifies(self.sealed_as, self.content(), Seal(self.key_id, bytes(self.signature)))


def _plain(value: Any) -> Any:
    """Ids and times as words, numbers as they are."""
    return value if value is None or isinstance(value, bool | int | float | list | dict) else str(value)
