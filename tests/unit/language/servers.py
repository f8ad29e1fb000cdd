"""Servers on loopback that speak the providers' wire formats, check what they are asked and answer from it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def served(answer: Callable[[str, dict[str, str], Any], Answer]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, headers, body = answer(
                self.path, {key.lower(): value for key, value in self.headers.items()}, asked
            )
            self.send_response(status)
            for key, value in (
                {"content-type": "application/json", "content-length": str(len(body))} | headers
            ).items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *parts: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def read_from(text: str) -> dict[str, str]:
    """What a model that reads well would answer: what stands behind "has"."""
    return {"problem": text.partition(" has ")[2].strip(". ")}


def openai(path: str, headers: dict[str, str], asked: Any) -> Answer:
    """OpenAI, Groq and Ollama: chat completions, the answer as the call of the only tool."""
    assert path == "/v1/chat/completions"
    assert headers["authorization"].startswith("Bearer ")
    assert (asked["temperature"], asked.get("stream", False)) == (0.0, False)
    system, user = asked["messages"][0], asked["messages"][-1]
    assert (system["role"], user["role"]) == ("system", "user")
    assert "List the problem" in system["content"]
    (tool,) = asked["tools"]
    assert tool["function"]["parameters"]["required"] == ["problem"]
    call = {"name": tool["function"]["name"], "arguments": json.dumps(read_from(user["content"]))}
    message = {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function", "function": call}]}
    return _json({
        "id": "a", "object": "chat.completion", "created": 1, "model": asked["model"],
        "choices": [{"index": 0, "finish_reason": "tool_calls", "message": message}],
        "usage": {"prompt_tokens": 120, "completion_tokens": 7, "total_tokens": 127},
    })  # fmt: skip


def anthropic(path: str, headers: dict[str, str], asked: Any) -> Answer:
    assert path.split("?")[0] == "/v1/messages"
    assert headers["authorization"] == "Bearer a key"
    assert headers["anthropic-version"]
    assert "List the problem" in json.dumps(asked["system"])
    (tool,) = asked["tools"]
    assert tool["input_schema"]["required"] == ["problem"]
    content = asked["messages"][-1]["content"]
    text = content if isinstance(content, str) else content[0]["text"]
    return _json({
        "id": "a", "type": "message", "role": "assistant", "model": asked["model"], "stop_reason": "tool_use",
        "stop_sequence": None,
        "content": [{"type": "tool_use", "id": "1", "name": tool["name"], "input": read_from(text)}],
        "usage": {"input_tokens": 120, "output_tokens": 7},
    })  # fmt: skip


def bedrock(path: str, headers: dict[str, str], asked: Any) -> Answer:
    assert path.startswith("/model/") and path.endswith("/converse")
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 ")
    assert "List the problem" in asked["system"][0]["text"]
    (tool,) = asked["toolConfig"]["tools"]
    assert tool["toolSpec"]["inputSchema"]["json"]["required"] == ["problem"]
    text = asked["messages"][-1]["content"][0]["text"]
    use = {"toolUseId": "1", "name": tool["toolSpec"]["name"], "input": read_from(text)}
    return _json({
        "output": {"message": {"role": "assistant", "content": [{"toolUse": use}]}}, "stopReason": "tool_use",
        "usage": {"inputTokens": 120, "outputTokens": 7, "totalTokens": 127}, "metrics": {"latencyMs": 1},
    })  # fmt: skip


def failing(status: int, body: Any = None, headers: dict[str, str] | None = None) -> Callable[..., Answer]:
    def answer(path: str, asked_headers: dict[str, str], asked: Any) -> Answer:
        return _json(body if body is not None else {"error": {"message": "no", "type": "error"}}, status, headers or {})

    return answer


def saying(body: bytes) -> Callable[..., Answer]:
    return lambda path, headers, asked: (200, {}, body)


def _json(told: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    return status, headers or {}, json.dumps(told).encode()
