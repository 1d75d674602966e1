#!/usr/bin/env python3
"""The whole program under kill -9: the server, the connector or a command dies at a random moment,
starts again, and in the end nothing is lost and nothing was done twice.

Usage: tests/scenario/kill.py [QBWCD] [--seeds N] [--first S] [--rounds N]
    QBWCD      the program; default: the environment's QBWCD, then build/release/qbwcd
    --seeds    so many, counted from --first; without it the fixed few of the test run
    --rounds   kills a seed (default 4); from 20 on, commands push while the server is killed

A seed says when who is killed. Exit status 1 with the seed when something was found."""

import argparse
import collections
import json
import os
import random
import sqlite3
import subprocess
import time
import xml.etree.ElementTree as ET

from program import PATIENCE, Failure, Program, check, equal, find_program, main

FIXED_SEEDS = [1, 5, 7, 8]
CUSTOMERS, INVOICES = 60, 120
PUSHED_CUSTOMERS, PUSHED_INVOICES = 5, 3


class Story:
    """One company through kills and restarts. `told` is what happened, for a failure's report."""

    def __init__(self, qbwcd, seed, rounds):
        self.qbwcd = qbwcd
        self.random = random.Random(seed)
        self.accepted = {}  # job id: the name it pushes, or "sync"
        self.unsure = []    # names whose push was killed before it printed a job
        self.told = []
        self.load = 2 if rounds >= 20 else 0  # pushes beside each update
        self.kills = collections.Counter()  # who, how often
        many = max(1, rounds // 4)  # so that every round has something to lose
        customers = [f"Pushed {seed}-{n}" for n in range(PUSHED_CUSTOMERS * many)]
        self.waiting = [("customers", name, {"name": name}) for name in customers]
        # Invoices have no unique name that QuickBooks would defend: twice would stand there twice.
        self.waiting += [("invoices", f"P{seed}-{n}", {
            "customerRef": {"name": customers[n]}, "invoiceNumber": f"P{seed}-{n}",
            "lineItems": [{"itemRef": {"name": "Framing"}, "quantity": "1", "unitAmount": "10.00"}],
        }) for n in range(PUSHED_INVOICES * many)]
        # An invoice some steps after its customer, so that it is surely queued behind it.
        self.waiting.sort(key=lambda work: int(work[1].rpartition("-")[2])
                          + (3 if work[0] == "invoices" else 0))

    def begin(self):
        self.qbwcd.start()
        self.password = self.qbwcd.create_company("acme")["password"]
        self.qwc = self.qbwcd.file("acme.qwc", self.qbwcd.run("qwc", "acme", "--url",
                                                              "http://localhost/qbwc"))
        self.sync()

    def sync(self):
        for job in self.qbwcd.sync("acme", "customers", "invoices"):
            self.accepted[job] = "sync"

    def tell(self, words):
        self.told.append(words)

    # Work

    def push_some(self):
        for _ in range(self.random.randint(1, 3)):
            if self.waiting:
                kind, name, record = self.waiting.pop(0)
                self.accepted[self.qbwcd.push("acme", record, kind)] = name

    def killed_push(self, name):
        """A push whose process dies in the middle. Accepted is what it printed."""
        push = subprocess.Popen(self.qbwcd.arguments("push", "acme", "customers"),
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)
        push.stdin.write(json.dumps({"name": name}).encode())
        push.stdin.close()
        time.sleep(self.random.random() * 0.03)
        push.kill()
        printed = push.stdout.read().decode()
        push.wait()
        push.stdout.close()
        push.stderr.close()
        if printed.endswith("\n"):
            self.accepted[json.loads(printed)["id"]] = name
        else:
            self.unsure.append(name)
        self.kills["push"] += 1
        self.tell(f"push of {name} killed, {'accepted' if printed else 'unsure'}")

    # Updates

    def connector(self):
        """An update as a process, and the path of its log."""
        log = self.qbwcd.file("QWCLog.txt")
        if os.path.exists(log):
            os.remove(log)
        process = subprocess.Popen(
            [self.qbwcd.path, "simulate", "--qwc", self.qwc, "--password", self.password,
             "--url", f"{self.qbwcd.origin}/qbwc", "--state", self.qbwcd.file("books"),
             "--customers", str(CUSTOMERS), "--invoices", str(INVOICES), "--log", log, "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return process, log

    def begin_pushes(self):
        """Pushes that run beside an update and its end, as processes."""
        pushes = []
        for _ in range(self.load):
            if not self.waiting:
                break
            kind, name, record = self.waiting.pop(0)
            push = subprocess.Popen(self.qbwcd.arguments("push", "acme", kind, "--json"),
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE)
            push.stdin.write(json.dumps(record).encode())
            push.stdin.close()
            pushes.append((name, push))
        return pushes

    def end_pushes(self, pushes):
        for name, push in pushes:
            printed, complaint = push.stdout.read(), push.stderr.read()
            equal(push.wait(PATIENCE), 0, f"exit status of a push under load ({complaint})")
            self.accepted[json.loads(printed)["id"]] = name
            push.stdout.close()
            push.stderr.close()

    def killed_update(self):
        victim = self.random.choice(["server", "connector", "both"])
        # Writes come first in a session, and what hurts most is a death between QuickBooks' deed
        # and our note of it: every other kill seeks that moment, the rest come anywhere.
        words, latest = self.random.choice([("do_receiveResponseXML() : calling", 3), ("\n", 60)])
        nth = self.random.randint(1, latest)
        pause = self.random.random() * (0.0005 if latest == 3 else 0.004)
        pushes = self.begin_pushes()
        process, log = self.connector()
        end = time.monotonic() + PATIENCE
        while process.poll() is None and count(words, log) < nth and time.monotonic() < end:
            time.sleep(0.0002)
        time.sleep(pause)
        in_time = process.poll() is None
        if victim in ("connector", "both"):
            process.kill()
        if victim in ("server", "both"):
            self.qbwcd.kill()
        out, _ = process.communicate(timeout=PATIENCE)
        when = "in time" if in_time else "too late"
        self.tell(f"{victim} killed at {words!r} {nth}, {when}; {out.decode().strip()}")
        if in_time:
            self.kills[victim] += 1
        self.end_pushes(pushes)
        if victim in ("server", "both"):
            self.qbwcd.start()

    def update(self):
        process, _ = self.connector()
        out, err = process.communicate(timeout=PATIENCE)
        self.tell(f"update: {out.decode().strip()} {err.decode().strip()}")
        equal(process.returncode, 0, "exit status of an update that nobody killed")

    def finish(self):
        """Updates until everything has ended. Nothing waits long, so a few are enough."""
        for _ in range(4):
            self.update()
            going = [job for job in self.qbwcd.jobs("acme")
                     if job["state"] not in ("done", "failed", "cancelled")]
            if not going:
                return
        raise Failure(f"jobs that do not end: {going}")

    def play(self, rounds):
        self.begin()
        for number in range(rounds):
            self.push_some()
            if self.random.random() < 0.5:
                self.killed_push(f"Torn {number}")
            if number > 0:
                self.sync()
            self.killed_update()
        while self.waiting:
            self.push_some()
        self.finish()
        self.sync()
        self.finish()

    # What must hold

    def names_in_books(self, kind, field):
        """Asked of QuickBooks itself, beside the mirror."""
        active = "<ActiveStatus>All</ActiveStatus>" if kind == "Customer" else ""
        job = self.qbwcd.values("raw", "acme", text=(
            f'<{kind}QueryRq requestID="1">{active}'
            f"<IncludeRetElement>{field}</IncludeRetElement></{kind}QueryRq>"))[0]["id"]
        self.update()
        shown = self.qbwcd.values("job", "show", job)[0]
        equal(shown["state"], "done", f"the job that counts {kind}")
        answer = ET.fromstring(shown["result"]["qbxml"].encode())
        return collections.Counter(ret.findtext(field) for ret in answer.iter(f"{kind}Ret"))

    def verify(self):
        jobs = {job["id"]: job for job in self.qbwcd.jobs("acme")}
        for job, promise in self.accepted.items():
            check(job in jobs, f"the accepted job {job} ({promise}) is lost")
        not_done = [job for job in jobs.values() if job["state"] != "done"]
        equal(not_done, [], "jobs that are not done")
        books = collections.Counter()
        for kind, type_, field in (("Customer", "customers", "Name"),
                                   ("Invoice", "invoices", "RefNumber")):
            names = self.names_in_books(kind, field)
            self.verify_mirror(names, type_)
            books += names
        for name in set(self.accepted.values()) - {"sync"}:
            equal(books[name], 1, f"how often '{name}' is in the books")
        for name in self.unsure:
            check(books[name] <= 1, f"'{name}' is {books[name]} times in the books")
        equal(self.qbwcd.stop(), 0, "exit status of a soft stop")
        verify_database(os.path.join(self.qbwcd.data, "qbwcd.sqlite"))

    def verify_mirror(self, books, kind):
        mirror = self.qbwcd.records("acme", kind)
        ids = collections.Counter(record["id"] for record in mirror)
        equal([id_ for id_, times in ids.items() if times > 1], [], f"{kind} twice in the mirror")
        field = "name" if kind == "customers" else "invoiceNumber"
        mirrored = collections.Counter(record[field] for record in mirror)
        equal(mirrored - books, collections.Counter(), f"{kind} in the mirror, not in the books")
        equal(books - mirrored, collections.Counter(), f"{kind} in the books, not in the mirror")


def count(words, path):
    try:
        with open(path, "rb") as log:
            return log.read().count(words.encode())
    except FileNotFoundError:
        return 0


def verify_database(path):
    database = sqlite3.connect(path)
    equal(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)], "integrity_check")
    equal(database.execute("PRAGMA foreign_key_check").fetchall(), [], "foreign_key_check")
    out = database.execute("SELECT count(*) FROM batch WHERE state IN ('sent', 'in_doubt')")
    equal(out.fetchone()[0], 0, "batches that are out at the end")
    live = database.execute("SELECT count(*) FROM session WHERE state <> 'closed'")
    equal(live.fetchone()[0], 0, "sessions that are open at the end")
    database.close()


def play_seed(path, seed, rounds):
    with Program(path, ["--page-size", "10"]) as qbwcd:
        story = Story(qbwcd, seed, rounds)
        try:
            story.play(rounds)
            story.verify()
        except (Failure, subprocess.TimeoutExpired) as failure:
            events = "\n  ".join(story.told)
            raise Failure(f"seed {seed}: {failure}\nWhat happened:\n  {events}") from failure
        story.kills["batches sent again"] = qbwcd.logged().count(" batch.resent ")
        return story.kills


def run():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("qbwcd", nargs="?", default="")
    arguments.add_argument("--seeds", type=int, default=0)
    arguments.add_argument("--first", type=int, default=1)
    arguments.add_argument("--rounds", type=int, default=4)
    given = arguments.parse_args()
    path = find_program(given.qbwcd)
    seeds = range(given.first, given.first + given.seeds) if given.seeds else FIXED_SEEDS
    for seed in seeds:
        start = time.monotonic()
        kills = play_seed(path, seed, given.rounds)
        counts = ", ".join(f"{who} {times}" for who, times in sorted(kills.items()))
        seconds = time.monotonic() - start
        print(f"seed {seed}: passed in {seconds:.1f} s; killed: {counts}", flush=True)


main(run)
