"""Fields that take what the description says and nothing else: no number for a text, no `yes` for a boolean.

A program that is refused at once finds its mistake; one whose `"urgancy"` is passed over in silence does not.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import empty

_TEXT_WANTED = _("A text is wanted.")


class Text(serializers.CharField):
    """Never blank unless allowed; the pattern says so to programs too."""

    default_error_messages = {"not_text": _TEXT_WANTED}

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        if not self.allow_blank:
            self.validators.append(RegexValidator(r"\S", message=_("This may not be blank.")))

    def run_validation(self, data: Any = empty) -> Any:
        if isinstance(data, str) or data is None or data is empty:
            return super().run_validation(data)
        raise serializers.ValidationError(self.error_messages["not_text"])


class Id(serializers.UUIDField):
    default_error_messages = {"not_text": _TEXT_WANTED}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("not_text")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class WholeInQuery(serializers.IntegerField):
    def to_internal_value(self, data: Any) -> int:
        if not (isinstance(data, str) and data.isascii() and data.isdigit() and len(data) < 10):
            self.fail("invalid")
        return int(data)


class Flag(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class FlagInQuery(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if data not in ("true", "false"):
            self.fail("invalid", input=data)
        return bool(data == "true")


class Choice(serializers.ChoiceField):
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


class PastDay(serializers.DateField):
    default_error_messages = {"not_text": _TEXT_WANTED, "future": _("This day is still to come.")}

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str):
            self.fail("not_text")
        day = super().to_internal_value(value)
        if day > timezone.localdate():
            self.fail("future")
        return day


class Moment(serializers.DateTimeField):
    default_error_messages = {"not_text": _TEXT_WANTED, "no_offset": _("Say which zone: 2025-01-31T08:00:00Z.")}

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str):
            self.fail("not_text")
        return super().to_internal_value(value)

    def enforce_timezone(self, value: datetime) -> datetime:
        if timezone.is_naive(value):
            self.fail("no_offset")
        return super().enforce_timezone(value)


class Output(serializers.Serializer):
    """What is shown. Read only; its fields are listed, so that a new column is never shown by accident."""

    def create(self, validated_data: Any) -> NoReturn:
        raise NotImplementedError

    def update(self, instance: Any, validated_data: Any) -> NoReturn:
        raise NotImplementedError


class Input(Output):
    """What is taken. A name that is not listed is refused."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := [str(name) for name in data if name not in self.fields]):
            raise serializers.ValidationError({name[:60]: [_("Not known here.")] for name in unknown[:20]})
        return super().to_internal_value(data)


class Query(Input):
    """What may stand behind the question mark."""


class PageQuery(Query):
    cursor = Text(max_length=400, required=False, help_text="`next_cursor` of the page before.")
    page_size = WholeInQuery(min_value=1, max_value=200, default=50)
