from typing import Any

from django.core.checks import Error, register


@register
def every_kind_can_be_loaded(app_configs: Any, **_: Any) -> list[Error]:
    """A misspelt dotted name in a run kind would otherwise be found by the first patient."""
    from importlib.util import find_spec

    from clinic.pipeline import kinds

    wrong = []
    for kind in kinds():
        for dotted in filter(None, (kind.handler, kind.params, kind.recorder, kind.follow_ups)):
            if find_spec(dotted.partition(":")[0]) is None:
                wrong.append(Error(f"{kind.name} names {dotted}, which is not there", id="rounds.E001"))
    return wrong
