"""How a capability shows its source to a reader, where text and pictures are not enough.

It registers a template from its `apps.py`; the template takes `panel` (presenters/review_item.py) and stands instead of
the plain source. It may show what the engine said only where `panel.is_blind` is false.
"""

_panels: dict[str, str] = {}


def register(capability: str, template: str) -> None:
    _panels[capability] = template


def panel_of(capability: str) -> str:
    return _panels.get(capability, "")
