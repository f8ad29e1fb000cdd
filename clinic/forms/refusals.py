from django import forms

from clinic.errors import Refusal


def tell(form: forms.Form, refusal: Refusal) -> None:
    """What an action refused, beside the fields it names. A refusal that names none is not the form's business."""
    if not refusal.fields:
        raise refusal
    for name, problems in refusal.fields.items():
        for problem in problems:
            form.add_error(name if name in form.fields else None, problem)
