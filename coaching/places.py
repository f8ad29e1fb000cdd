"""What coaching adds to the house: its place in the rail."""

from django.utils.translation import gettext_lazy as _

from clinic import pages
from clinic.authorization.permissions import Permission
from clinic.figures import outputs
from clinic.figures.outputs import Output
from clinic.pages import Place

pages.add(Place(_("Coaching"), "coaching", "easel2", Permission.COACH_PRACTISE, 1, 50))
pages.add(Place(_("Coaching in figures"), "coaching_figures", "graph-up", Permission.OPERATIONS_VIEW, 2, 50,
                under="operations"))  # fmt: skip
pages.add(Place(_("Participation"), "coaching_participation", "people", Permission.COACH_PARTICIPATION, 1, 51))
# Of a person by herself: from five people on, and never a list.
outputs.register(Output("practices", _("Practices"), "coaching.Practice", "began_at", case="", person="person"))
