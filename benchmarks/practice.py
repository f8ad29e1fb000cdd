"""A spoken answer in a real house, its pieces sent as fast as it is said: when everything is there after its end.

    make bench-practice ARGS='--seconds 180 --rounds 1'

Then the same, shorter, with four language engines named that nobody runs; and a practice for the session only, after
which every file of the house is searched for its sound and its words.
"""

import argparse
from pathlib import Path
from typing import Any

from tests.browser.installation import House, house

WHO = "clinician@eastfield.example"
DEAD = "ollama/one, openai/two, groq/three, anthropic/four"
NOBODY = "http://127.0.0.1:9"  # the port that throws everything away; nobody listens
DEAD_SETTINGS = {
    "ROUNDS_LANGUAGE_ENGINES": DEAD, "ROUNDS_OLLAMA_URL": NOBODY, "ROUNDS_OPENAI_URL": NOBODY,
    "ROUNDS_GROQ_URL": NOBODY, "ROUNDS_ANTHROPIC_URL": NOBODY, "ROUNDS_OPENAI_KEY": "none", "ROUNDS_GROQ_KEY": "none",
    "ROUNDS_ANTHROPIC_KEY": "none", "ROUNDS_LANGUAGE_LOCAL_HOSTS": "127.0.0.1",
}  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seconds", type=float, default=180)
    asked.add_argument("--rounds", type=int, default=1)
    told = asked.parse_args()
    with house(ROUNDS_LANGUAGE_ENGINES="") as rules_only:
        for _round in range(told.rounds):
            _say("rules", rules_only.backstage.ask("practise", who=WHO, seconds=told.seconds))
        _session_only(rules_only)
    with house(**DEAD_SETTINGS) as dead:
        _say("four dead engines", dead.backstage.ask("practise", who=WHO, seconds=20))


def _say(name: str, found: dict[str, Any]) -> None:
    passed = ", ".join(found["passed"]) or "none"
    print(
        f"{name}: seconds={found['seconds']:.0f} words={found['words']} delivery_s={found['delivery_s']:.1f}"
        f" heard_s={found['heard_s']:.1f} feedback_after_words_s={found['feedback_s']:.1f} all_s={found['all_s']:.1f}"
        f" told_by={found['told_by']!r} passed={passed}"
    )


def _session_only(where: House) -> None:
    found = where.backstage.ask("practise", who=WHO, seconds=20, keeps="session")
    where.backstage.ask("close_practice", who=WHO, practice=found["practice"])
    searched, hits = 0, 0
    for path in sorted(where.home.rglob("*")):
        if path.is_file():
            searched += path.stat().st_size
            hits += _holds(path, bytes.fromhex(found["snippet"])) + _holds(path, found["said"][:40].encode())
    print(f"session only: searched_bytes={searched} places_with_its_sound_or_words={hits}")


def _holds(path: Path, wanted: bytes) -> int:
    return path.read_bytes().count(wanted) if wanted else 0


if __name__ == "__main__":
    main()
