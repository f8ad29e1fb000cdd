"""`make doors`, second half: two hundred people sign in at once in a real house while others look at their pages.

python -m tests.security.flood --people 200 --rounds 3
"""

import argparse
import http.client
import os
import random
import re
import sys
import threading
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from tests.browser.installation import House, house

PASSWORD = "granite-lantern-52"
LOOKERS, PAGES = 4, ("/cases/?show=all", "/jobs/", "/profile/")
MOST_P95_S = 1.0
MOST_TRIES = 60
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Seen:
    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def note(self, status: int, began: float) -> None:
        self.statuses.append(status)
        self.seconds.append(time.monotonic() - began)

    def p95(self) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))] if ordered else 0.0

    def failed(self) -> int:
        return sum(status >= 500 or status == 0 for status in self.statuses)


class Browser:
    """Behind one proxy of ours: each person comes from her own address."""

    def __init__(self, address: str, number: int) -> None:
        self.place = urlsplit(address)
        self.cookies: dict[str, str] = {}
        self.told_to_wait = 0
        self.forwarded = f"10.7.{number // 250}.{number % 250 + 1}"

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.place.hostname or "", self.place.port, timeout=60)
        headers = {"X-Forwarded-For": self.forwarded, "Host": self.place.netloc,
                   "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}  # fmt: skip
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.place.geturl()}
        try:
            connection.request(method, path, body=urlencode(form) if form is not None else None, headers=headers)
            answer = connection.getresponse()
            for told in answer.headers.get_all("Set-Cookie") or []:
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(told).items()}
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

    def sign_in(self, email: str) -> int:
        status, page = self.ask("GET", "/account/login/")
        found = TOKEN.search(page)
        if status != 200 or not found:
            return status
        form = {"csrfmiddlewaretoken": found[1].decode(), "login": email, "password": PASSWORD}
        for _again in range(MOST_TRIES):
            status, _page = self.ask("POST", "/account/login/", form)
            if status != 429:
                break
            self.told_to_wait += 1
            time.sleep(2 + 2 * random.random())  # as she is told
        return status


def hired(count: int) -> list[str]:
    """Through the actions, in the house's own database."""
    import django

    django.setup()
    from clinic.authorization.roles import Role
    from clinic.models import Site
    from tests import make

    site = Site.objects.order_by("created_at")[0]
    people = [
        make.person(site, Role.CLINICIAN, email=f"flood-{n}@eastfield.example", password=PASSWORD) for n in range(count)
    ]
    return [person.user.email for person in people]


def look_on(at: House, email: str, number: int, seen: Seen, stop: threading.Event) -> None:
    browser = Browser(at.address, 5000 + number)
    assert browser.sign_in(email) == 302
    while not stop.is_set():
        for path in PAGES:
            began = time.monotonic()
            seen.note(browser.ask("GET", path)[0], began)


def flood(at: House, emails: list[str], seen: Seen) -> None:
    barrier = threading.Barrier(len(emails))

    def one(number: int) -> None:
        browser = Browser(at.address, number)
        barrier.wait(60)
        began = time.monotonic()
        seen.note(browser.sign_in(emails[number]), began)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(emails))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--people", type=int, default=200)
    asked.add_argument("--rounds", type=int, default=3)
    told = asked.parse_args()
    settings = {"ROUNDS_TRUSTED_PROXIES": "1", "ROUNDS_SESSION_IDLE_MINUTES": "15", "ROUNDS_LANGUAGE_ENGINES": ""}
    with house(**settings) as at:
        os.environ |= {"ROUNDS_HOME": str(at.home), "DJANGO_SETTINGS_MODULE": "clinic.settings"}
        emails = hired(told.people + LOOKERS)
        coming, looking, stop = Seen(), Seen(), threading.Event()
        lookers = [
            threading.Thread(target=look_on, args=(at, emails[-1 - n], n, looking, stop)) for n in range(LOOKERS)
        ]
        for looker in lookers:
            looker.start()
        for _round in range(told.rounds):
            flood(at, emails[: told.people], coming)
        stop.set()
        for looker in lookers:
            looker.join()
    inside = sum(status == 302 for status in coming.statuses)
    print(f"flood: sign_ins={len(coming.statuses)} at_once={told.people} inside={inside} failed={coming.failed()}"
          f" sign_in_p95_s={coming.p95():.2f} other_pages={len(looking.statuses)} other_failed={looking.failed()}"
          f" other_p95_s={looking.p95():.2f}")  # fmt: skip
    return 1 if coming.failed() or looking.failed() or looking.p95() > MOST_P95_S else 0


if __name__ == "__main__":
    sys.exit(main())
