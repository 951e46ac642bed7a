"""Takes uploads and keeps them: python3 receiver.py [PORT [FOLDER]], 8090 and /tmp/plant/received unless said.

An Idempotency-Key that came before is answered and not stored again.
"""
import http.server
import os
import sys
from urllib.parse import unquote

port = int(sys.argv[1]) if len(sys.argv) > 1 else 8090
folder = sys.argv[2] if len(sys.argv) > 2 else "/tmp/plant/received"
os.makedirs(folder, exist_ok=True)
known = set()


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.answer(200)

    def do_PUT(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        name = os.path.basename(unquote(self.path))
        key = self.headers["Idempotency-Key"]
        if key not in known:
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
                os.fsync(file.fileno())
            known.add(key)
            print("received", name, len(content), "bytes", flush=True)
        self.answer(201)

    def answer(self, code):
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", port), Receiver).serve_forever()
