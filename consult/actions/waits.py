"""How long a site's answers wait for what is late."""

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from consult.models import ConsultWaits


def of_site(by: Actor) -> ConsultWaits:
    return ConsultWaits.objects.filter(site=by.here).first() or ConsultWaits(site_id=by.here)


def change(*, by: Actor, voice_s: int, picture_s: int) -> ConsultWaits:
    by.require(Permission.SITES_MANAGE)
    with audit.act(by, "consult.waits_changed") as doing:
        waits, _is_new = ConsultWaits.objects.select_for_update(no_key=True).get_or_create(site_id=by.here)
        before = waits.voice_s, waits.picture_s
        waits.voice_s, waits.picture_s = voice_s, picture_s
        waits.save(update_fields=["voice_s", "picture_s"])
        doing.about(waits, before=before, voice_s=voice_s, picture_s=picture_s)
    return waits
