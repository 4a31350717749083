"""ClickHouse's HTTP interface, as much of it as Callboard uses, in front of chdb-core: ClickHouse's own engine as a library.

    front.py FOLDER

listens on a free port of 127.0.0.1, and on the same one when it is started again; FOLDER/port says which. One process a
folder; a lock makes the engine's one session serve one request after the other. What a test wants to go wrong is set with
POST /fault (see Faults).
"""

import fcntl
import os
import re
import signal
import struct
import sys
import tempfile
import threading
import time
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import lz4.block
from chdb.state.sqlitelike import Connection

# URL parameters that are no settings of a query.
PLUMBING = {"query", "database", "default_format", "compress", "decompress", "user", "password", "session_id", "query_id", "role", "quota_key"}
BLOCK_HEAD = 9
HASH = 16
LZ4 = 0x82
PLAIN = 0x02
PIECE = 64 * 1024


class Faults:
    """What goes wrong: mode is ok, refuse (503), slow (wait, then work), mute (work, then close without an answer),
    die_before or die_after (kill -9). It strikes requests whose statement contains `on`, after `skip` of them."""

    def __init__(self):
        self.lock = threading.Lock()
        self.set({})

    def set(self, given):
        with self.lock:
            self.mode = given.get("mode", "ok")
            self.on = given.get("on", "")
            self.skip = int(given.get("skip", 0))
            self.seconds = int(given.get("ms", 0)) / 1000

    def strikes(self, statement):
        with self.lock:
            if self.mode == "ok" or self.on not in statement:
                return "ok", 0
            if self.skip > 0:
                self.skip -= 1
                return "ok", 0
            return self.mode, self.seconds


def blocks(body):
    """The bytes within ClickHouse's compressed blocks: a hash, then method, sizes and data."""
    out, at = [], 0
    while at < len(body):
        method, size, plain = struct.unpack_from("<BII", body, at + HASH)
        data = body[at + HASH + BLOCK_HEAD : at + HASH + size]
        if method == LZ4:
            out.append(lz4.block.decompress(data, uncompressed_size=plain))
        elif method == PLAIN:
            out.append(data)
        else:
            raise ValueError(f"compression method {method:#x} is not known")
        at += HASH + size
    return b"".join(out)


class Engine:
    """The one session, with the settings of each request put on and off around it."""

    def __init__(self, folder):
        self.lock = threading.Lock()
        self.folder = folder
        self.connection = Connection(folder)
        self.connection.query("CREATE DATABASE IF NOT EXISTS default")

    def run(self, statement, data, form, settings, parameters):
        with self.lock:
            database = settings.pop("database", "default")
            self.connection.query(f"USE `{database}`")
            for name, value in settings.items():
                self.connection.query(f"SET {name} = '{value}'")
            try:
                return self.work(statement, data, form, parameters)
            finally:
                for name in settings:
                    self.connection.query(f"SET {name} = DEFAULT")

    def work(self, statement, data, form, parameters):
        if data is None:
            result = self.connection.query(statement, form, params=parameters or None)
            return result.bytes() or b""
        insert = re.fullmatch(r"(?is)\s*(INSERT\s.*?)\s+FORMAT\s+(\w+)\s*", statement)
        if not insert:
            raise ValueError("an INSERT with a body needs FORMAT")
        # The whole body lies in a file, so that the engine reads it as one: blocks are cut as a server cuts them.
        with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".in") as file:
            file.write(data)
            file.flush()
            self.connection.query(f"{insert[1]} FROM INFILE '{file.name}' FORMAT {insert[2]}")
        return b""


class Front(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # As ClickHouse: an answer in several small pieces does not wait 40 ms for the client's acknowledgement of the first.
    disable_nagle_algorithm = True

    def do_GET(self):
        if urlsplit(self.path).path == "/ping":
            return self.answer(200, b"Ok.\n")
        return self.do_POST()

    def do_POST(self):
        url = urlsplit(self.path)
        given = {name: values[-1] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
        body = self.body()
        if url.path == "/fault":
            self.server.faults.set(given)
            return self.answer(200, b"")
        if self.headers.get_content_type() == "multipart/form-data":
            for part in self.parts(body):
                given[part.get_param("name", header="content-disposition")] = part.get_payload(decode=True).decode()
            body = b""
        if given.get("decompress") == "1":
            body = blocks(body)
        statement, data = given.get("query", ""), None
        if re.match(r"(?is)\s*INSERT\b", statement) and body:
            data = body
        else:
            statement = "\n".join(filter(None, [statement, body.decode()]))
        mode, seconds = self.server.faults.strikes(statement)
        if mode == "refuse":
            return self.answer(503, b"Code: 202. DB::Exception: Too many simultaneous queries. (TOO_MANY_SIMULTANEOUS_QUERIES)", 202)
        if mode == "die_before":
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(seconds if mode == "slow" else 0)
        parameters = {name[6:]: value for name, value in given.items() if name.startswith("param_")}
        settings = {name: value for name, value in given.items() if name not in PLUMBING and not name.startswith("param_")}
        if "database" in given:
            settings["database"] = given["database"]
        try:
            out = self.server.engine.run(statement, data, given.get("default_format", "TabSeparated"), settings, parameters)
        except Exception as error:
            text = str(error)
            code = re.search(r"Code: (\d+)", text)
            return self.answer(404 if code and code[1] in ("60", "81") else 500, text.encode(), int(code[1]) if code else 1002)
        if mode == "die_after":
            os.kill(os.getpid(), signal.SIGKILL)
        if mode == "mute":
            self.close_connection = True
            return self.connection.close()
        return self.answer(200, out)

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        out = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            out.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(out)

    def parts(self, body):
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        return BytesParser(policy=HTTP).parsebytes(head + body).iter_parts()

    def answer(self, status, body, code=None):
        self.send_response(status)
        if code is not None:
            self.send_header("X-ClickHouse-Exception-Code", str(code))
        if self.request_version == "HTTP/1.0":
            self.end_headers()
            self.wfile.write(body)
            return
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        # In pieces, so that what reads it meets borders of chunks inside a batch.
        for at in range(0, len(body), PIECE):
            piece = body[at : at + PIECE]
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_):
        pass


def main():
    folder = os.path.abspath(sys.argv[1])
    os.makedirs(folder, exist_ok=True)
    holder = open(os.path.join(folder, "lock"), "w")
    fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    place = os.path.join(folder, "port")
    port = int(open(place).read()) if os.path.exists(place) else 0
    server = ThreadingHTTPServer(("127.0.0.1", port), Front)
    server.daemon_threads = True
    server.faults, server.engine = Faults(), Engine(os.path.join(folder, "data"))
    with open(place + ".new", "w") as file:
        file.write(str(server.server_port))
    os.replace(place + ".new", place)
    print("ready", flush=True)
    server.serve_forever()


main()
