"""Takes in films that machines send: C-ECHO and C-STORE, from listed titles only."""

import signal
import threading
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from clinic import sealing
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.models import Site
from radiology.dicom.keeping import keep
from radiology.dicom.listening import Listener, Receive
from radiology.dicom.peers import NotAllowed
from radiology.dicom.receiving import Arrival, Status, receive


class Command(BaseCommand):
    help = "Listen for films sent over DICOM (C-ECHO, C-STORE) and keep them, without their patients, at one site."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 127.0.0.1 where none is named")
        parser.add_argument("--port", type=int, default=11112)
        parser.add_argument("--aet", default=settings.DICOM_TITLE, help="our application title")
        parser.add_argument("--allow", nargs="*", default=settings.DICOM_SENDERS, help="titles that may send")
        parser.add_argument("--site", help="name of the site; may be left out where there is only one")

    def handle(self, *args: Any, **options: Any) -> None:
        site = _site(options["site"])
        try:
            listener = Listener(receiver(site), title=options["aet"], allow=options["allow"])
            port = listener.start(options["host"], options["port"])
        except (NotAllowed, OSError) as why:
            raise CommandError(str(why)) from why
        self.stdout.write(f"{options['aet']} listens on {options['host']}:{port} for {', '.join(options['allow'])}")
        try:
            _stopped().wait()
        finally:
            listener.close()


def receiver(site: Site) -> Receive:
    """Called in threads of the associations: each brings its own connection to the database, and leaves none."""
    with scope(site=site.pk):
        key = sealing.data_key(site.pk).secret

    def take(data: bytes, calling_aet: str) -> Status:
        try:
            with scope(site=site.pk):
                return receive(data, calling_aet, keep=lambda arrival: _keep(site, arrival), key=key)
        finally:
            connections.close_all()

    return take


def _keep(site: Site, arrival: Arrival) -> None:
    keep(by=Actor.system("dicom", site_id=site.pk), site=site, arrival=arrival)


def _site(name: str | None) -> Site:
    sites = list(Site.objects.filter(closed_at=None, **({"name": name} if name else {}))[:2])
    if len(sites) != 1:
        raise CommandError("Name one open site with --site.")
    return sites[0]


def _stopped() -> threading.Event:
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return stopping
