"""What consult adds to the house: its place in the rail, and how a reviewer sees what she decides on."""

from django.utils.translation import gettext_lazy as _

from clinic import case_links, pages, review_panels
from clinic.authorization.permissions import Permission
from clinic.case_links import Way
from clinic.figures import outputs
from clinic.figures.outputs import Output
from clinic.pages import Place
from consult import answering

pages.add(Place(_("Consult"), "consults", "mic", Permission.UPLOAD_READ, 1, 10, on_phone=True))
review_panels.register(answering.NAME, "consult/review_panel.html")
case_links.register(Way(_("Consult"), "consult_begin", "mic", Permission.UPLOAD_ADD, key="c"))
outputs.register(Output("consults", _("Consults"), "consult.Consult", "opened_at"))
