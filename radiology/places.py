"""What radiology adds to the house: its place in the rail, its lines in a case's story, its panel in the queue."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import pages, preparing, review_panels
from clinic.authorization.permissions import Permission
from clinic.figures import outputs
from clinic.figures.outputs import Output
from clinic.models import Entry
from clinic.pages import Place
from clinic.views.presenters.entry_parts import Found, Shown
from clinic.views.presenters.entry_words import words_for
from radiology import chest
from radiology.models import Impression, Stance

pages.add(Place(gettext_lazy("Films"), "films", "lungs", Permission.UPLOAD_READ, 1, 20, on_phone=True))
pages.add(Place(gettext_lazy("Film figures"), "film_figures", "graph-up", Permission.REVIEW_FIGURES, 0, 23))
review_panels.register(chest.NAME, "radiology/review_panel.html")
preparing.register("application/dicom", "radiology.dicom.preparing:without_patient")


def _read(entry: Entry, _found: Found) -> Shown:
    words = _("Second reading of a film sealed") if entry.facts.get("position") == 2 else _("Reading of a film sealed")
    return Shown(icon="lock", look="person", title=words, text=_("Before the engine was shown, where the site’s rule "
                                                                 "says so."))  # fmt: skip


def _concluded(entry: Entry, _found: Found) -> Shown:
    impression = Impression(entry.facts.get("impression", Impression.OTHER))
    stance = Stance(entry.facts.get("stance", Stance.ALONE))
    return Shown(icon="lungs", look="person", title=_("Film read: %(what)s") % {"what": impression.label},
                 text=stance.label)  # fmt: skip


words_for("film_read", _read)
words_for("film_concluded", _concluded)
outputs.register(Output("films", gettext_lazy("Films"), "radiology.Film", "added_at"))
