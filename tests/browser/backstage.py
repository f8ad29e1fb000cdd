"""Asks the stagehand, a process of its own: Django in this one has the tests' settings and another home."""

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class Backstage:
    def __init__(self, environment: dict[str, str], root: Path) -> None:
        self._hand = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.stagehand"],
            cwd=root, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: BaseException | None,
                 _trace: TracebackType | None) -> None:  # fmt: skip
        assert self._hand.stdin and self._hand.stdout
        self._hand.stdin.close()
        self._hand.wait(30)
        self._hand.stdout.close()

    def ask(self, act: str, **given: Any) -> Any:
        assert self._hand.stdin and self._hand.stdout
        print(json.dumps({"act": act} | given), file=self._hand.stdin, flush=True)
        told = json.loads(self._hand.stdout.readline())
        assert "failed" not in told, f"behind the stage, {act}: {told['failed']}"
        return told["answer"]
