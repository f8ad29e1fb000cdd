"""A column whose value lies in the database as AES-256-GCM ciphertext under its subject's data key.

Bound to table, row and field: a ciphertext copied to another row does not open. Erasing a patient destroys one key.
"""

from operator import attrgetter
from typing import Any

from django.db import models

from clinic import sealing


class _Opened:
    """Opens at the first look, so that lists which never show the text never pay for it."""

    def __init__(self, field: "SealedField") -> None:
        self.field = field

    def __get__(self, row: models.Model | None, owner: type | None = None) -> Any:
        if row is None:
            return self
        name = self.field.attname
        if name not in row.__dict__:
            row.refresh_from_db(fields=[name])  # .only() and .defer()
        value = row.__dict__[name]
        if isinstance(value, bytes | memoryview):
            value = row.__dict__[name] = sealing.unseal(
                bytes(value), subject=self.field.subject_of(row), place=self.field.place_of(row)
            )
        return value

    def __set__(self, row: models.Model, value: Any) -> None:
        row.__dict__[self.field.attname] = value


class SealedField(models.BinaryField):
    """Holds anything JSON can. `patient` is the attribute path that leads to the subject's id."""

    _pyi_private_set_type: Any  # what the type checker shall think of a value: it is opened, not bytes
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, patient: str = "patient_id", **kwargs: Any) -> None:
        self.patient = patient
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "patient": self.patient}

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only=private_only)
        setattr(cls, name, _Opened(self))

    def subject_of(self, row: models.Model) -> Any:
        return attrgetter(self.patient)(row)

    def place_of(self, row: models.Model) -> bytes:
        """A version of a row, in a table of its own, says where it was sealed."""
        table, pk = getattr(row, "sealed_place", (row._meta.db_table, row.pk))
        return f"{table}:{pk}:{self.attname}".encode()

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        """save() and bulk_create() come by here; QuerySet.update() does not, see get_db_prep_value."""
        raw = model_instance.__dict__.get(self.attname)
        if isinstance(raw, bytes | memoryview):
            return bytes(raw)  # never opened, so nothing to seal anew
        value = getattr(model_instance, self.attname)
        if value is None:
            return None
        return sealing.seal(value, subject=self.subject_of(model_instance), place=self.place_of(model_instance))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not (isinstance(value, bytes) and value[:1] == sealing.VERSION):
            raise TypeError(f"{self.name} is sealed per row: use save() or bulk_create(), not update() or filter()")
        return super().get_db_prep_value(value, connection, prepared)
