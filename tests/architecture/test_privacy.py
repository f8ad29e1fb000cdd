"""Every column says what it holds, and what identifies a patient is sealed."""

import pytest
from django.apps import apps
from django.db.models import Field

from clinic.models.fields import SealedField
from clinic.privacy import COLUMNS, MAY_BE_PLAIN, Holds

OURS = [model for config in apps.get_app_configs() if config.name in {"clinic"} for model in config.get_models()]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_model_when_it_has_a_column_then_the_column_is_declared(model):
    declared = set(COLUMNS.get(model._meta.label, {}))
    found = {f.name for f in model._meta.get_fields() if isinstance(f, Field) and not f.auto_created}

    assert found == declared


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_column_when_it_holds_patient_data_then_it_is_sealed_or_its_reason_is_written(model):
    for name, holds in COLUMNS[model._meta.label].items():
        is_sealed = isinstance(model._meta.get_field(name), SealedField)
        has_reason = (model._meta.label, name) in MAY_BE_PLAIN

        assert (is_sealed or has_reason) == (holds is Holds.PATIENT), f"{model.__name__}.{name}"
