"""Keys and passwords in what is committed: `python tools/secret_scan.py`, with --history through every commit.

Looks for the shapes of secrets, ours and others'. A line that must hold one (made up, for a test) says `not a secret`.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHAPES = {
    "private key": r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----",
    "AWS access key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "GitHub token": r"\bgh[pousr]_[0-9A-Za-z]{36}\b|\bgithub_pat_[0-9A-Za-z_]{60,}",
    "OpenAI or Anthropic key": r"\bsk-(?:ant-|proj-)?[0-9A-Za-z_-]{32,}",
    "Groq key": r"\bgsk_[0-9A-Za-z]{40,}",
    "Slack token": r"\bxox[abprs]-[0-9A-Za-z-]{20,}",
    "Google key": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "key of ours": r"\brk_[a-z0-9]{8,12}_[0-9A-Za-z_-]{43}\b",
    "master or signing key": r"\b[a-z0-9][a-z0-9-]{0,31}:[0-9A-Za-z+/]{43}=(?![0-9A-Za-z+/=])",
    "password in an address": r"\b[a-z][a-z0-9+.-]*://[^\s:/@'\"{}<>$%]+:(?!password@|secret@|pass@|x@|\*)[^\s:/@'\"{}<>$%]{8,}@",
}
FOUND = {name: re.compile(shape) for name, shape in SHAPES.items()}
EXCUSED = "not a secret"
LARGEST_BYTES = 2_000_000  # weights, pictures and vendored bundles are checked by their digests


def findings(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, start=1):
        if EXCUSED in line:
            continue
        for name, shape in FOUND.items():
            if shape.search(line):
                yield number, name


def in_files() -> Iterator[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        path = ROOT / name
        if not path.is_file() or path.stat().st_size > LARGEST_BYTES:
            continue
        text = path.read_bytes()
        if b"\0" not in text:
            yield from (f"{name}:{line}: {what}" for line, what in findings(text.decode(errors="replace").splitlines()))


def in_history() -> Iterator[str]:
    """Lines that some commit added, wherever they went since."""
    command = ["git", "log", "--all", "-p", "--no-color", "--unified=0", "--format=commit %h", "--no-textconv"]
    commit = ""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as log:
        for raw in log.stdout or ():
            line = raw[:4000].decode(errors="replace")
            if line.startswith("commit "):
                commit = line.split()[1]
            elif line.startswith("+"):
                yield from (f"{commit}: {what}" for _line, what in findings([line]))


def main(words: list[str]) -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--history", action="store_true")
    found = sorted(set(in_history() if asked.parse_args(words).history else in_files()))
    print("\n".join([*found, f"secrets found: {len(found)}"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
