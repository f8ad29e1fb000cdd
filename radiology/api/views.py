"""Films for programs and for people at their browsers: the same actions as the pages. No key reads a film."""

from functools import partial
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access as core
from clinic.api.base import ApiView, actor_of, asked, page, shown, told
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.paging import cut_by
from clinic.api.serializers.runs import RunCard
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.models import Case
from clinic.views.keyset import Page
from radiology import access, chest, worklist
from radiology.actions import archives, films, reads, texts
from radiology.api import examples
from radiology.api.serializers import (
    ArchiveWish,
    ConclusionWish,
    FilmCard,
    FilmDetail,
    FilmFigures,
    FilmQuery,
    FilmWish,
    OverruleWish,
    SealWish,
    TextWish,
    UprightWish,
)
from radiology.blindness import is_concealed
from radiology.figures import concluded, ledgers, of_engine
from radiology.models import Film
from radiology.policy import policy_of
from radiology.telling import answer_for, reads_for

ONE_FILM = Content(FilmDetail, examples.ONE_FILM)
_READS = (P.UPLOAD_READ, P.CASE_VIEW)
_HELD = (Code.NOT_FOUND, Code.CLAIMED_BY_OTHER, Code.NOT_CLAIMED, Code.PERSON_NEEDED)
_BY_A_PERSON = "By a radiologist at her browser: a program reads no films. "


class FilmsView(ApiView):
    needs = {"GET": _READS, "POST": (P.UPLOAD_ADD, P.RUN_REQUEST, *_READS)}

    @operation(
        "listFilms", "The films, in the order in which they should be read", query=FilmQuery,
        gives={200: Content(page_of(FilmCard), a_page(examples.FILM))}, refuses=(Code.NOT_FOUND,),
        says="What has waited longer than the site allows comes first, the oldest first, whatever an engine said of "
        "it; then by urgency. What an engine says is in no list. Films that were read come the latest first.",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by, filters = actor_of(request), asked(request, FilmQuery)
        case = core.case(by, filters["case"], for_change=True) if "case" in filters else None
        found = cut_by(partial(_listed, by, filters["show"], case), filters)
        access.film_list(by, found.rows)
        return page(FilmCard, found)

    @operation(
        "takeInFilm", "Take a picture of a case in as a film", takes=Content(FilmWish, examples.NEW_FILM),
        gives={201: ONE_FILM, 200: Content(FilmDetail, examples.ONE_FILM, "It is a film already.")},
        refuses=(Code.NOT_FOUND, Code.UPLOADS_DO_NOT_FIT, Code.CASE_IS_CLOSED),
        says="It is opened and looked at by the gatekeeper; the engine is asked by itself about what is fit for it. "
        "DICOM files become films by themselves. The same file is one film, however often it is taken in.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, FilmWish)
        film, is_new = films.take_in(by=by, upload=core.upload(by, wish["upload"], for_change=True))
        return _shown(by, film.pk, status=201 if is_new else 200)


def _listed(by: Actor, show: str, case: Case | None, at: str, size: int) -> Page[Film]:
    return worklist.page(by, show, policy_of(by.here), at, size=size, case=case)


class FilmView(ApiView):
    needs = {"GET": _READS}

    @operation(
        "readFilm", "Read a film: what the gatekeeper found, what the engine and readers said",
        gives={200: ONE_FILM}, refuses=(Code.NOT_FOUND, Code.ERASED),
        says="From who may read films the answer is hidden until she has sealed a reading of her own.",
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        return _shown(actor_of(request), pk)


def _shown(by: Actor, pk: UUID, *, status: int = 200) -> Response:
    film: Any = access.film(by, pk)
    film.is_answer_hidden = film.chest_run_id is not None and is_concealed(film, by)
    film.answer, film.readings = answer_for(by, film), reads_for(by, film)
    return shown(FilmDetail, film, status=status)


def _to_change(request: Request, pk: UUID) -> tuple[Actor, Film]:
    by = actor_of(request)
    return by, access.film(by, pk, for_change=True)


class UprightView(ApiView):
    needs = {"POST": (P.UPLOAD_ADD, P.RUN_REQUEST, *_READS)}

    @operation(
        "putFilmUpright", "Put a film as it should stand", takes=Content(UprightWish, examples.UPRIGHT),
        gives={200: ONE_FILM}, refuses=(Code.NOT_FOUND, Code.READ_ALREADY, Code.CASE_IS_CLOSED),
        says="The file stays as it came. The gatekeeper looks again.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        (by, film), wish = _to_change(request, pk), told(request, UprightWish)
        films.put_upright(by=by, film=film, **wish)
        return _shown(by, pk)


class TakeView(ApiView):
    needs = {"POST": (P.FILM_READ, *_READS)}

    @operation(
        "takeFilm", "Take a film in hand for 15 minutes", gives={200: ONE_FILM},
        refuses=(Code.NOT_FOUND, Code.CLAIMED_BY_OTHER, Code.READ_ALREADY, Code.NO_PICTURE, Code.PERSON_NEEDED),
        says=f"{_BY_A_PERSON}What she held before goes back to the list.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, film = _to_change(request, pk)
        reads.take(by=by, film=film)
        return _shown(by, pk)


class ReleaseView(ApiView):
    needs = {"POST": (P.FILM_READ, *_READS)}

    @operation("releaseFilm", "Give a film back to the list", gives={200: ONE_FILM}, refuses=_HELD, says=_BY_A_PERSON)
    def post(self, request: Request, pk: UUID) -> Response:
        by, film = _to_change(request, pk)
        reads.give_back(by=by, film=film)
        return _shown(by, pk)


class SealView(ApiView):
    needs = {"POST": (P.FILM_READ, *_READS)}

    @operation(
        "sealReading", "Seal one's own reading, before the engine is shown", takes=Content(SealWish, examples.SEAL),
        gives={200: ONE_FILM}, refuses=(*_HELD, Code.READ_ALREADY, Code.NO_PICTURE, Code.CASE_IS_CLOSED),
        says=f"{_BY_A_PERSON}Final at once; the answer opens to her then.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        (by, film), wish = _to_change(request, pk), told(request, SealWish)
        reads.seal(by=by, film=film, **wish)
        return _shown(by, pk)


class ConclusionView(ApiView):
    needs = {"POST": (P.FILM_READ, *_READS)}

    @operation(
        "concludeReading", "Say the last word on a film, beside the engine",
        takes=Content(ConclusionWish, examples.CONCLUSION), gives={200: ONE_FILM},
        refuses=(Code.NOT_FOUND, Code.READ_FIRST, Code.ALREADY_DECIDED, Code.PERSON_NEEDED, Code.CASE_IS_CLOSED),
        says=_BY_A_PERSON,
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        (by, film), wish = _to_change(request, pk), told(request, ConclusionWish)
        reads.conclude(by=by, film=film, **wish)
        return _shown(by, pk)


class OverruleView(ApiView):
    needs = {"POST": (P.FILM_READ, P.RUN_REQUEST, *_READS)}

    @operation(
        "overruleGatekeeper", "Have the engine asked although the gatekeeper refused",
        takes=Content(OverruleWish, examples.OVERRULE), gives={200: ONE_FILM},
        refuses=(Code.NOT_FOUND, Code.ALREADY_DECIDED, Code.PERSON_NEEDED, Code.CASE_IS_CLOSED),
        says=f"{_BY_A_PERSON}The answer is marked, and counts in no figure.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        (by, film), wish = _to_change(request, pk), told(request, OverruleWish)
        films.overrule(by=by, film=film, reason=wish["reason"])
        return _shown(by, pk)


class TextView(ApiView):
    needs = {"POST": (P.FILM_READ, P.UPLOAD_ADD, P.RUN_REQUEST, *_READS)}

    @operation(
        "decideFilmText", "Say whether the writing in a film names the patient",
        takes=Content(TextWish, examples.TEXT), gives={200: ONE_FILM},
        refuses=(Code.NOT_FOUND, Code.ALREADY_DECIDED, Code.NO_PICTURE, Code.PERSON_NEEDED, Code.CASE_IS_CLOSED),
        says=f"{_BY_A_PERSON}`allowed`: it does not, and the film may be used. `masked`: a new film without the places "
        "takes its place, and is what the answer shows. `kept_out`: the film is read and shown no more.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        (by, film), wish = _to_change(request, pk), told(request, TextWish)
        return _shown(by, texts.decide(by=by, film=film, **wish).pk)


class ArchivesView(ApiView):
    needs = {"POST": (P.UPLOAD_ADD, P.RUN_VIEW, *_READS)}

    @operation(
        "unpackFilms", "Take in all films of a ZIP archive", takes=Content(ArchiveWish, examples.NEW_ARCHIVE),
        gives={202: Content(RunCard, examples.UNPACKING, "Under way: watch the run. Its result names what was not "
                            "taken, and why.")},
        refuses=(Code.NOT_FOUND, Code.UPLOADS_DO_NOT_FIT, Code.CASE_IS_CLOSED),
        says="At most 500 films, into the case of the archive, in the lane that nobody waits for. Asked again it "
        "passes over what it has taken in.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, ArchiveWish)
        run, _is_new = archives.unpack(by=by, upload=core.upload(by, wish["upload"], for_change=True))
        return shown(RunCard, core.run(by, run.pk), status=202)


class FiguresView(ApiView):
    needs = {"GET": (frozenset({P.FILM_READ, P.REVIEW_FIGURES}),)}

    @operation("readFilmFigures", "What reading with the engine does to readers, and how right it is",
               gives={200: Content(FilmFigures, examples.FIGURES)})  # fmt: skip
    def get(self, request: Request) -> Response:
        by = actor_of(request)
        everybody = concluded(by)
        mine = everybody if by.can(P.REVIEW_FIGURES) else [one for one in everybody if one.reader == by.user_id]
        count, classes = of_engine(everybody)
        engine = [{"finding": name, "sensitivity": one.sensitivity, "specificity": one.specificity, "f1": one.f1}
                  for name, one in zip(chest.CHEST.classes, classes, strict=True)]  # fmt: skip
        return shown(FilmFigures, {"readers": ledgers(mine, everybody), "readings": count, "engine": engine})
