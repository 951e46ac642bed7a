"""A web service with the past of two sensors: python3 service.py [PORT], 8091 unless said.

GET /samples?from=MS&to=MS gives {"data": [{"time": MS, "tag": NAME, "value": NUMBER}]}: one of each every second.
"""
import http.server
import json
import math
import sys
from urllib.parse import parse_qs, urlsplit


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.answer(b"")

    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        first, end = (int(query[name][0]) for name in ("from", "to"))
        seconds = range(-(-first // 1000), -(-end // 1000))
        self.answer(json.dumps({"data": [
            {"time": second * 1000, "tag": tag, "value": round(20 + amplitude * math.sin(second / 60), 2)}
            for second in seconds
            for tag, amplitude in (("indoor", 1), ("outdoor", 8))
        ]}).encode())

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


port = int(sys.argv[1]) if len(sys.argv) > 1 else 8091
http.server.ThreadingHTTPServer(("127.0.0.1", port), Service).serve_forever()
