"""Nothing that is committed looks like a secret; and the search finds one when there is one."""

import secrets
from base64 import b64encode

import pytest

from tools.secret_scan import FOUND, findings, in_files

PLANTED = {
    "private key": "-----BEGIN " + "PRIVATE KEY-----",
    "AWS access key": "AKIA" + "ABCDEFGHIJKLMNOP",
    "GitHub token": "ghp_" + "a1" * 18,
    "OpenAI or Anthropic key": "sk-ant-" + "a1" * 20,
    "Groq key": "gsk_" + "a1" * 22,
    "Slack token": "xoxb-" + "1234567890-" * 2 + "abc",
    "Google key": "AIza" + "a" * 35,
    "key of ours": "rk_" + "abcdefgh" + "_" + "a" * 43,
    "master or signing key": "k-0123456789ab:" + b64encode(secrets.token_bytes(32)).decode(),
    "password in an address": "postgres://rounds:" + "hunter2hunter2@database/rounds",
}


def test_tree_when_searched_then_nothing_looks_like_a_secret():
    assert list(in_files()) == []


@pytest.mark.parametrize("name", sorted(FOUND))
def test_secret_when_planted_then_found(name: str):
    assert name in {what for _line, what in findings(["harmless", f"value = {PLANTED[name]!r}"])}
