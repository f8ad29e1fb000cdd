"""Hume's estimate of expression, for sites that have a lawful purpose, a key and a policy that lets a voice leave,
and for speakers who agreed. No lead ever sees it.

`ROUNDS_HUME_KEY`, `ROUNDS_HUME_URL`. One request to begin, a few to ask, one to delete the job and with it the voice,
however the job ended; no redirects, no proxies of the environment. What Hume does not say it deleted is told as left.
"""

import json
import re
import time
from dataclasses import dataclass
from typing import Any

import httpx2

from clinic.environment import Environment
from clinic.outgoing import addresses, clients

READ_S, PATIENCE_S, LOOK_EVERY_S = 15.0, 20.0, 1.0
MOST_NAMED = 3
UNREACHABLE = "unreachable"  # nothing was sent
_URL = "https://api.hume.ai"
_JOB = re.compile(r"[\w-]{1,80}", re.ASCII)


class HumeFailed(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Expressed:
    """The strongest names with their scores, as Hume gives them: uncalibrated. `failure`: a code, why there are none;
    `is_left_there`: it was sent, and Hume did not say that it deleted it."""

    names: tuple[dict[str, Any], ...] = ()
    failure: str = ""
    is_left_there: bool = False


@dataclass(frozen=True)
class Hume:
    url: str
    key: str

    @classmethod
    def configured(cls, environment: Environment | None = None) -> "Hume | None":
        told = environment or Environment()
        key = told.text("ROUNDS_HUME_KEY")
        return cls(addresses.from_environment(told, "ROUNDS_HUME_URL", _URL), key) if key else None

    def expression(self, wav: bytes) -> Expressed:
        headers = {"X-Hume-Api-Key": self.key}
        asked = {"json": json.dumps({"models": {"prosody": {"granularity": "utterance"}}})}
        with clients.client(addresses.destination(self.url), read_s=READ_S, headers=headers) as client:
            try:
                sent = {"file": ("a.wav", wav, "audio/wav")}
                job = _job(_told(client, "POST", f"{self.url}/v0/batch/jobs", data=asked, files=sent))
            except HumeFailed as why:
                return Expressed(failure=why.code, is_left_there=why.code != UNREACHABLE)
            try:
                names, failure = _strongest(self._predictions(client, job)), ""
            except HumeFailed as why:
                names, failure = (), why.code
            return Expressed(names, failure, is_left_there=not self._deleted(client, job))

    def _predictions(self, client: httpx2.Client, job: str) -> Any:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if (state := _state(_told(client, "GET", f"{self.url}/v0/batch/jobs/{job}"))) == "COMPLETED":
                return _told(client, "GET", f"{self.url}/v0/batch/jobs/{job}/predictions")
            if state == "FAILED":
                raise HumeFailed("refused")
            time.sleep(LOOK_EVERY_S)
        raise HumeFailed("timeout")

    def _deleted(self, client: httpx2.Client, job: str) -> bool:
        """Asked for once: whoever waits for feedback does not wait for this."""
        try:
            return client.request("DELETE", f"{self.url}/v0/batch/jobs/{job}").is_success
        except httpx2.HTTPError:
            return False


def _job(told: Any) -> str:
    """Goes into an address: nothing but what an id is made of."""
    found = told.get("job_id") if isinstance(told, dict) else None
    if not isinstance(found, str) or not _JOB.fullmatch(found):
        raise HumeFailed("garbage")
    return found


def _state(told: Any) -> str:
    try:
        return str(told["state"]["status"])
    except (KeyError, TypeError) as fault:
        raise HumeFailed("garbage") from fault


def _told(client: httpx2.Client, method: str, url: str, **sent: Any) -> Any:
    try:
        answer = client.request(method, url, **sent)
        answer.raise_for_status()
        return answer.json()
    except (httpx2.ConnectError, httpx2.ConnectTimeout) as fault:
        raise HumeFailed(UNREACHABLE) from fault
    except httpx2.TimeoutException as fault:
        raise HumeFailed("timeout") from fault
    except httpx2.HTTPError as fault:
        raise HumeFailed("connection") from fault
    except ValueError as fault:
        raise HumeFailed("garbage") from fault


def _strongest(told: Any) -> tuple[dict[str, Any], ...]:
    sums: dict[str, list[float]] = {}
    try:
        for prediction in told[0]["results"]["predictions"]:
            for group in prediction["models"]["prosody"]["grouped_predictions"]:
                for utterance in group["predictions"]:
                    for emotion in utterance["emotions"]:
                        sums.setdefault(str(emotion["name"])[:40], []).append(float(emotion["score"]))
    except (KeyError, IndexError, TypeError, ValueError) as fault:
        raise HumeFailed("garbage") from fault
    means = sorted(((sum(scores) / len(scores), name) for name, scores in sums.items()), reverse=True)
    return tuple({"name": name, "score": round(score, 3)} for score, name in means[:MOST_NAMED])
