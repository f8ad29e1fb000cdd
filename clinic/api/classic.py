"""Addresses for older clients, below `/api/classic/`: short names, short answers, the same actions as everywhere else.
A capability adds its own from its `api.urls`, so the core knows none of them."""

from dataclasses import dataclass

from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import health, safety
from clinic.api.base import ApiView, shown
from clinic.api.describe import Content, operation
from clinic.api.examples import RESULT
from clinic.api.fields import Output
from clinic.api.serializers.runs import SafetyNotice

ROOT = "/api/classic/"


@dataclass(frozen=True)
class Address:
    route: str
    view: type[ApiView]
    says: str

    @property
    def methods(self) -> list[str]:
        return sorted(self.view.needs)


_addresses: dict[str, Address] = {}


def add(route: str, view: type[ApiView], says: str) -> None:
    _addresses[route] = Address(route, view, says)


def urls() -> list[URLPattern]:
    return [path(one.route, one.view.as_view(), name=f"classic_{_name(one.route)}") for one in _addresses.values()]


def _name(route: str) -> str:
    return route.replace("/", "_").replace("-", "_") or "index"


class AddressCard(Output):
    path = serializers.CharField()
    methods = serializers.ListField(child=serializers.CharField())
    says = serializers.CharField()


class ClassicAbout(Output):
    name = serializers.CharField()
    endpoints = AddressCard(many=True)
    documentation = serializers.CharField()
    safety = SafetyNotice()


class ClassicHealth(Output):
    status = serializers.CharField(help_text="healthy, or degraded: some part does not answer.")
    parts = serializers.DictField(child=serializers.BooleanField())


class IndexView(ApiView):
    needs = {"GET": ()}

    @operation(
        "describeClassic", "What older clients may ask here",
        gives={200: Content(ClassicAbout, {
            "name": "Rounds",
            "endpoints": [{"path": f"{ROOT}health", "methods": ["GET"], "says": "Is every part there?"}],
            "documentation": "/api/docs/", "safety": RESULT["safety"],
        })},
    )  # fmt: skip
    def get(self, _request: Request) -> Response:
        told = [{"path": ROOT + one.route, "methods": one.methods, "says": one.says} for one in _addresses.values()]
        return shown(
            ClassicAbout,
            {"name": "Rounds", "endpoints": told, "documentation": "/api/docs/", "safety": safety.told()},
        )


class HealthView(ApiView):
    needs = {"GET": ()}

    @operation(
        "readClassicHealth", "Is every part there?",
        gives={200: Content(ClassicHealth, {"status": "healthy", "parts": {"database": True, "queue": True}})},
        says="Tells names only. Load balancers ask /health/ready, which takes no key.",
    )  # fmt: skip
    def get(self, _request: Request) -> Response:
        parts = health.parts()
        return shown(ClassicHealth, {"status": "healthy" if health.is_ready(parts) else "degraded", "parts": parts})


add("", IndexView, "What can be asked here.")
add("health", HealthView, "Is every part there?")
