"""The qbwcd program as a test drives it: a server on a free port with a temporary data folder, and
the command line beside it. Standard library only."""

import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PATIENCE = 30  # seconds that a start, a stop or a command may take at most


class Failure(Exception):
    """What a test found wrong, in a sentence."""


def check(holds, sentence):
    if not holds:
        raise Failure(sentence)


def equal(found, expected, what):
    check(found == expected, f"{what}: expected {expected!r}, found {found!r}")


def find_program(argument=""):
    """The argument, else the environment variable QBWCD, else the release build."""
    path = argument or os.environ.get("QBWCD") or os.path.join(ROOT, "build/release/qbwcd")
    if not os.access(path, os.X_OK):
        sys.exit(f"There is no program at {path}: build it (deploy/build), or name it as the first "
                 "argument or in QBWCD.")
    return os.path.abspath(path)


class Program:
    """`with Program(path) as qbwcd:` makes the data folder and removes it, whatever happens."""

    def __init__(self, path, options=()):
        self.path = path
        self.options = list(options)
        self.folder = tempfile.mkdtemp(prefix="qbwcd-test-")
        self.data = os.path.join(self.folder, "data")
        self.log = os.path.join(self.folder, "server.log")
        self.server = None
        self.origin = ""  # http://127.0.0.1:PORT
        self.port = 0

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        if self.server and self.server.poll() is None:
            self.server.kill()
            self.server.wait()
        if failure[0] and os.path.exists(self.log):
            with open(self.log, encoding="utf-8") as log:
                sys.stderr.write("The end of the server's log:\n")
                sys.stderr.writelines(log.readlines()[-30:])
        shutil.rmtree(self.folder, ignore_errors=True)

    def file(self, name, text=None):
        """A path in the temporary folder, with `text` in it when that is given."""
        path = os.path.join(self.folder, name)
        if text is not None:
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
        return path

    # The server

    def start(self, *options, port=0):
        with open(self.log, "ab") as log:
            self.server = subprocess.Popen(
                [self.path, "serve", "--data", self.data, "--listen", f"127.0.0.1:{port}",
                 "--schedule", "off", *self.options, *options],
                stdout=subprocess.PIPE, stderr=log)
        line = self._first_line()
        ready = re.match(r"qbwcd is ready: (https?://[^/]+:(\d+))/qbwc", line)
        check(ready, f"the server did not start, it said {line!r}")
        self.origin, self.port = ready.group(1), int(ready.group(2))

    def _first_line(self):
        if not select.select([self.server.stdout], [], [], PATIENCE)[0]:
            raise Failure(f"the server was not ready within {PATIENCE} s")
        return self.server.stdout.readline().decode()

    def kill(self):
        self.server.kill()
        self.server.wait()
        self.server.stdout.close()

    def stop(self):
        """Softly; the exit status."""
        self.server.send_signal(signal.SIGTERM)
        return self.ended()

    def ended(self):
        """Waits for the end of a server that was told to stop; the exit status."""
        status = self.server.wait(PATIENCE)
        self.server.stdout.close()
        return status

    def logged(self):
        with open(self.log, encoding="utf-8") as log:
            return log.read()

    def wait_for_log(self, words, after=0):
        """Until `words` stand in the log behind its first `after` characters."""
        end = time.monotonic() + PATIENCE
        while words not in self.logged()[after:]:
            check(time.monotonic() < end, f"'{words}' was not logged within {PATIENCE} s")
            time.sleep(0.01)

    # The command line

    def arguments(self, *words):
        return [self.path, *words, "--data", self.data, *self.options]

    def run(self, *words, text="", status=0):
        """Standard output of a command that must end with `status`."""
        done = subprocess.run(self.arguments(*words), input=text, capture_output=True, text=True,
                              timeout=PATIENCE)
        complaint = done.stderr.strip()
        equal(done.returncode, status, f"exit status of '{' '.join(words)}' ({complaint})")
        return done.stdout

    def values(self, *words, text=""):
        """The JSON values, one a line, that a command prints."""
        return [json.loads(line) for line in self.run(*words, "--json", text=text).splitlines()]

    def create_company(self, slug):
        return self.values("company", "create", slug, "--name", f"Company {slug}",
                           "--time-zone", "America/Chicago")[0]

    def sync(self, slug, *types):
        return [job["id"] for job in self.values("sync", slug, *types, "--full")]

    def push(self, slug, record, kind="customers"):
        return self.values("push", slug, kind, text=json.dumps(record))[0]["id"]

    def jobs(self, slug):
        return self.values("job", "list", "--company", slug, "--limit", "100000")

    def records(self, slug, kind):
        return self.values("get", slug, kind, "--all")


def main(run):
    """Runs `run` and tells its failure in one line; exit status 1 then."""
    try:
        run()
    except Failure as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        sys.exit(1)
