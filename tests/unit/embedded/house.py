"""`make run` with a small house in place of the real one: one web process, one worker that sleeps, no steps.

Run as a program by test_supervise.py, because signals need a process of their own.
"""

import os
import sys

from clinic.embedded import supervise
from clinic.embedded.plan import Plan

WEB = """
import http.server, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""
WORKER = "import os, time; print('worker', os.getpid(), flush=True); time.sleep(600)"
BROKEN = "import sys; print('no such lane'); sys.exit(7)"


class House(Plan):
    def commands(self) -> dict[str, list[str]]:
        worker = BROKEN if os.environ.get("HOUSE_IS_BROKEN") else WORKER
        return {
            "web": [sys.executable, "-c", WEB, str(self.port)],
            "batch": [sys.executable, "-c", worker],
        }


if __name__ == "__main__":
    supervise.prepare = lambda plan: "logins: ana@example.org"
    sys.exit(
        supervise.main(
            sys.argv[1:], lambda host, port: House(host=host, port=port, is_demo=bool(os.environ.get("HOUSE_IS_DEMO")))
        )
    )
