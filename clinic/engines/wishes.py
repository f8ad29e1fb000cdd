"""Which engine whoever asks prefers: what the request says, else what her profile does. The site's policy and the work
itself come first, so this is never more than a wish (`routing`)."""

from typing import Any

from django.utils.translation import gettext as _

from clinic.engines.manifests import SHA256
from clinic.errors import Code, Refusal
from clinic.models import Deployment, EngineState, EngineWish, Run, User

PARAMS: dict[str, Any] = {
    "type": "object",
    "properties": {"engine": {"type": "string", "description": "best, local, rules, or the SHA-256 of an engine."}},
    "additionalProperties": False,
}


def clean(params: dict[str, Any]) -> dict[str, Any]:
    """For kinds of run that take a wish and nothing else."""
    wrong = {name[:60]: [_("not known")] for name in params if name != "engine"}
    wish = params.get("engine", EngineWish.BEST)
    if not isinstance(wish, str) or not (wish in EngineWish.values or SHA256.fullmatch(wish)):
        wrong["engine"] = [PARAMS["properties"]["engine"]["description"]]
    if wrong:
        raise Refusal(Code.INVALID, fields=wrong)
    return {"engine": str(wish)} if "engine" in params else {}


def params_of(site_id: Any, capability: str, said: str) -> dict[str, Any]:
    """What a request says, as a parameter of its run: one of the wishes, or an engine of the site by its name and
    version or its digest. An engine that does not answer here is refused with the names of those that do."""
    if not said or said in EngineWish.values:
        return {"engine": said} if said else {}
    held = Deployment.objects.filter(site=site_id, capability=capability, state=EngineState.LIVE)
    engines = {one.engine.digest: str(one.engine) for one in held.select_related("engine")}
    for digest, name in engines.items():
        if said in (digest, name):
            return {"engine": digest}
    known = ", ".join([*EngineWish.values, *engines.values()])
    raise Refusal(Code.INVALID, fields={"engine": [_("One of: %s.") % known]})


def of_run(run: Run) -> str:
    if "engine" in run.params:
        return str(run.params["engine"])
    if run.requested_by_id is None:
        return EngineWish.BEST
    liked = User.objects.filter(pk=run.requested_by_id).values_list("engines", flat=True).first()
    return liked or EngineWish.BEST
