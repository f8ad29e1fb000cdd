"""Hume's estimate of expression, for sites that have a lawful purpose, a key and a policy that lets a voice leave,
and for speakers who agreed. Nothing of it is stored at Hume's by us, and no lead ever sees it.

`ROUNDS_HUME_KEY`, `ROUNDS_HUME_URL`. One request to begin, a few to ask; no redirects, no proxies of the environment.
"""

import json
import time
from dataclasses import dataclass
from typing import Any

import httpx2

from clinic.environment import Environment
from clinic.outgoing import addresses, clients

READ_S, PATIENCE_S, LOOK_EVERY_S = 15.0, 20.0, 1.0
MOST_NAMED = 3
_URL = "https://api.hume.ai"


class HumeFailed(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Hume:
    url: str
    key: str

    @classmethod
    def configured(cls, environment: Environment | None = None) -> "Hume | None":
        told = environment or Environment()
        key = told.text("ROUNDS_HUME_KEY")
        return cls(addresses.from_environment(told, "ROUNDS_HUME_URL", _URL), key) if key else None

    def expression(self, wav: bytes) -> list[dict[str, Any]]:
        """The strongest names with their scores, as Hume gives them: uncalibrated."""
        headers = {"X-Hume-Api-Key": self.key}
        with clients.client(addresses.destination(self.url), read_s=READ_S, headers=headers) as client:
            asked = {"json": json.dumps({"models": {"prosody": {"granularity": "utterance"}}})}
            job = _told(
                client, "POST", f"{self.url}/v0/batch/jobs", data=asked, files={"file": ("a.wav", wav, "audio/wav")}
            )
            return _strongest(self._predictions(client, str(job["job_id"])))

    def _predictions(self, client: httpx2.Client, job: str) -> Any:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            state = _told(client, "GET", f"{self.url}/v0/batch/jobs/{job}")["state"]["status"]
            if state == "COMPLETED":
                return _told(client, "GET", f"{self.url}/v0/batch/jobs/{job}/predictions")
            if state == "FAILED":
                raise HumeFailed("refused")
            time.sleep(LOOK_EVERY_S)
        raise HumeFailed("timeout")


def _told(client: httpx2.Client, method: str, url: str, **sent: Any) -> Any:
    try:
        answer = client.request(method, url, **sent)
        answer.raise_for_status()
        return answer.json()
    except httpx2.TimeoutException as fault:
        raise HumeFailed("timeout") from fault
    except httpx2.HTTPError as fault:
        raise HumeFailed("connection") from fault
    except ValueError as fault:
        raise HumeFailed("garbage") from fault


def _strongest(told: Any) -> list[dict[str, Any]]:
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
    return [{"name": name, "score": round(score, 3)} for score, name in means[:MOST_NAMED]]
