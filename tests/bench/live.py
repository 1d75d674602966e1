#!/usr/bin/env python3
"""Live mode: how long a job takes from enqueue to done while a session is held open.

Usage: tests/bench/live.py [QBWCD] [--jobs N] [--pause SECONDS]
    QBWCD           the program; default: the environment's QBWCD, then build/release/qbwcd
    --jobs          pushed one after the other, 40 by default
    --pause         between two jobs at most, random under a fixed seed, 0.5 by default

Another process enqueues each job, as a host application does over the command line. The times are
those the store keeps: when the job was made, and when its answer arrived. Prints figures, and
asserts only that every job was done."""

import argparse
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../scenario"))
from program import Program, equal, find_program, main  # noqa: E402


def seconds_of(data):
    """From made to done, of every write, in the order they were made."""
    with sqlite3.connect(f"file:{data}/qbwcd.sqlite?mode=ro", uri=True) as store:
        rows = store.execute("SELECT created_at, finished_at FROM job WHERE kind = 'write' AND "
                             "state = 'done' ORDER BY id").fetchall()
    return [(finished - created) / 1e6 for created, finished in rows]


def run():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("qbwcd", nargs="?", default="")
    arguments.add_argument("--jobs", type=int, default=40)
    arguments.add_argument("--pause", type=float, default=0.5)
    given = arguments.parse_args()
    chance = random.Random(20261122)
    with Program(find_program(given.qbwcd)) as qbwcd:
        qbwcd.start("--live-quiet-seconds", "20")
        company = qbwcd.create_company("books")
        qwc = qbwcd.file("books.qwc", qbwcd.run("qwc", "books", "--url",
                                                f"http://localhost:{qbwcd.port}/qbwc"))
        first = qbwcd.sync("books", "customers")[0]
        waiting = subprocess.Popen(qbwcd.arguments("job", "wait", first, "--timeout", "600"),
                                   stdout=subprocess.DEVNULL)
        simulated = subprocess.Popen(
            [qbwcd.path, "simulate", "--qwc", qwc, "--password", company["password"],
             "--url", f"{qbwcd.origin}/qbwc", "--customers", "5", "--invoices", "0"],
            stdout=subprocess.DEVNULL)
        equal(waiting.wait(60), 0, "exit status of the wait for the first job")
        time.sleep(0.5)  # the question after it is held by now
        for n in range(given.jobs):
            text = json.dumps({"name": f"Customer {n}"})
            done = subprocess.run(qbwcd.arguments("push", "books", "customers", "--wait", "60"),
                                  input=text, capture_output=True, text=True, timeout=90)
            equal(done.returncode, 0, f"exit status of a push ({done.stderr.strip()})")
            time.sleep(chance.random() * given.pause)
        seconds = sorted(seconds_of(qbwcd.data))
        equal(len(seconds), given.jobs, "jobs done")
        equal(qbwcd.stop(), 0, "exit status of the server")
        simulated.wait(30)
    tenth = seconds[int(0.9 * (len(seconds) - 1))]
    print(f"live: {len(seconds)} jobs, from made to done: median "
          f"{1000 * statistics.median(seconds):.0f} ms, nine in ten within {1000 * tenth:.0f} ms, "
          f"slowest {1000 * seconds[-1]:.0f} ms")


main(run)
