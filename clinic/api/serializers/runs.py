from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic import progress, safety
from clinic.api.fields import Choice, Flag, Id, Input, Output, PageQuery, Query, Text, WholeInQuery
from clinic.api.serializers.people import PersonTag
from clinic.api.serializers.reports import STANDING
from clinic.models import Result, Run, RunError, RunState, UploadKind
from clinic.standing import standing_of


class RunCard(Output):
    """One piece of model work. Its state and progress hold no patient data; its inputs and its result do."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    case = serializers.UUIDField(source="case_id", allow_null=True)
    uploads = serializers.SerializerMethodField(help_text="Null for those who look after jobs without reading cases.")
    params = serializers.DictField(allow_null=True, help_text="Null for those who do not read cases.")
    state = serializers.ChoiceField(choices=RunState.choices)
    stage = serializers.CharField()
    percent = serializers.IntegerField()
    seconds_left = serializers.SerializerMethodField(help_text="An estimate, while it runs.")
    attempts = serializers.IntegerField()
    error = serializers.ChoiceField(choices=RunError.choices, allow_blank=True)
    detail_code = serializers.CharField(help_text="The finer code of a refused input.")
    is_batch = serializers.SerializerMethodField()
    requested_by = PersonTag(allow_null=True)
    requested_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    follows = serializers.UUIDField(source="follows_id", allow_null=True)
    replayed_by = serializers.UUIDField(source="replayed_by_id", allow_null=True)

    def get_uploads(self, run: Run) -> list[UUID] | None:
        return [each.upload_id for each in run.inputs.all()]

    def get_is_batch(self, run: Run) -> bool:
        return run.lane.endswith("_batch")

    def get_seconds_left(self, run: Run) -> int | None:
        if run.state != RunState.RUNNING:
            return None
        usual, so_far = progress.usual_seconds(run), progress.duration(run)
        return None if usual is None or so_far is None else max(0, round(usual - so_far.total_seconds()))


class JobCard(RunCard):
    """The same for those who keep jobs going and read no case: which case it belongs to, nothing of what is in it."""

    params = serializers.SerializerMethodField()  # type: ignore[assignment]

    def get_uploads(self, run: Run) -> None:
        return None

    def get_params(self, run: Run) -> None:
        return None


class RunWish(Input):
    kind = Text(max_length=60)
    case = Id(required=False, allow_null=True)
    uploads = serializers.ListField(child=Id(), required=False, max_length=50, default=list)
    params = serializers.DictField(required=False, default=dict, help_text="As the kind describes them.")
    batch = Flag(required=False, default=False, help_text="True: in the lane that nobody waits for.")


class RunQuery(PageQuery):
    state = serializers.ListField(child=Choice(choices=RunState.choices), required=False)
    kind = Text(max_length=60, required=False)
    case = Id(required=False)


class WatchQuery(Query):
    wait = WholeInQuery(min_value=0, max_value=25, default=0, help_text="Seconds to wait for something new.")
    since = Text(max_length=80, required=False, help_text="The ETag of what is known already.")


class Stage(Output):
    name = serializers.CharField()
    title = serializers.CharField()


class UploadNeeds(Output):
    at_least = serializers.IntegerField()
    at_most = serializers.IntegerField()
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=UploadKind.choices), help_text="Empty: any.")


class KindCard(Output):
    name = serializers.CharField()
    title = serializers.CharField()
    resource = serializers.CharField()
    limit_seconds = serializers.IntegerField()
    stages = Stage(many=True)
    uploads = UploadNeeds()
    params = serializers.DictField(help_text="JSON schema of `params`.")


class KindList(Output):
    results = KindCard(many=True)


class SafetyNotice(Output):
    """To be handed on with the answer, wherever that is shown."""

    version = serializers.CharField()
    text = serializers.CharField()


class ResultCard(Output):
    """What the engine answered, as it answered."""

    id = serializers.UUIDField()
    run = serializers.UUIDField(source="run_id")
    case = serializers.UUIDField(source="case_id", allow_null=True)
    kind = serializers.CharField()
    engine = serializers.CharField()
    outcome = serializers.DictField()
    facets = serializers.DictField()
    replay = serializers.DictField()
    output_sha256 = serializers.CharField()
    at = serializers.DateTimeField()
    standing = serializers.SerializerMethodField(help_text="Preliminary until it stands in a signed report.")
    safety = serializers.SerializerMethodField()

    @extend_schema_field(STANDING)
    def get_standing(self, result: Result) -> str:
        return standing_of(result).value

    @extend_schema_field(SafetyNotice)
    def get_safety(self, _result: Result) -> dict[str, str]:
        return safety.told()
