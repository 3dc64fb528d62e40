"""Runs commands in a network of their own, where a public address serves bad pages and private ones only count.

    unshare --net --mount closed_network.py FOLDER COMMANDS

FOLDER has the files that the public server sends. COMMANDS is a JSON list of commands. Prints as JSON what each wrote
to stderr, its exit code, its peak memory in MB, the seconds it took, and the requests that arrived at a private address.
"""

import http.server
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

PUBLIC = "93.184.216.34"
PRIVATE = [("127.0.0.1", 80), ("127.0.0.1", 443), ("169.254.169.254", 80)]
HOSTS = f"{PUBLIC} public.example.net\n127.0.0.1 inner.example.net www.youtube.com vimeo.com doi.org\n"

folder = pathlib.Path(sys.argv[1])
arrived = []


def page(image):
    return f"<title>Clocks</title><meta property='og:image' content='{image}'>".encode()


class Public(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, body, kind="text/html", fields=()):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        for name, value in fields:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def lead(self, where):
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        self.close_connection = True
        try:
            self.answer(self.path.lstrip("/"))
        except OSError:
            pass  # The client has gone, as it should.

    def answer(self, name):
        if (folder / name).is_file():
            self.send((folder / name).read_bytes(), "image/any")
        elif name.startswith("with-"):
            self.send(page("/" + name.removeprefix("with-")))
        elif name == "image-inside":
            self.send(page("http://169.254.169.254/latest"))
        elif name == "image-named-inside":
            self.send(page("http://inner.example.net/cat.png"))
        elif name == "leads-inside":
            self.lead("http://127.0.0.1/")
        elif name == "leads-inside.png":
            self.lead("http://inner.example.net/cat.png")
        elif name in ("endless", "endless.png"):
            self.send(b"<title>Endless</title>")
            while True:
                self.wfile.write(b"<p>more " * 10_000)
        elif name == "slow":
            self.send(b"<title>Slow")
            for _ in range(100):
                self.wfile.write(b".")
                self.wfile.flush()
                time.sleep(0.5)
        elif name == "silent":
            time.sleep(60)
        elif name == "gzip":
            self.send(b"\x1f\x8b\x08\0\0\0\0\0\0\3", fields=[("Content-Encoding", "gzip")])
            for _ in range(1000):
                self.wfile.write(b"\0" * 1_000_000)
        elif name == "fields":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while True:
                self.wfile.write(b"X-More: " + b"x" * 10_000 + b"\r\n")
        else:
            self.send_error(404)


def count(address):
    listener = socket.create_server(address)
    while True:
        connection, _ = listener.accept()
        arrived.append(f"{address[0]}:{address[1]}")
        connection.close()


subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
for address in [PUBLIC, "169.254.169.254"]:
    subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
with tempfile.NamedTemporaryFile("w", suffix=".hosts", delete=False) as hosts:
    hosts.write(HOSTS)
subprocess.run(["mount", "--bind", hosts.name, "/etc/hosts"], check=True)
server = http.server.ThreadingHTTPServer((PUBLIC, 80), Public)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
for address in PRIVATE:
    threading.Thread(target=count, args=[address], daemon=True).start()

results = []
for command in json.loads(sys.argv[2]):
    before = len(arrived)
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    written = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    results.append({
        "stderr": written,
        "code": os.waitstatus_to_exitcode(status),
        "megabytes": usage.ru_maxrss // 1024,
        "seconds": round(time.monotonic() - start, 1),
        "arrived": arrived[before:],
    })
os.unlink(hosts.name)
print(json.dumps(results))
