#!/usr/bin/env python3
"""Rounds and records a second of a whole update, with a simulated QuickBooks over a real socket.

Usage: tests/bench/rounds.py [QBWCD] [--rounds N] [--sessions N,N...] [--customers N]
                             [--invoices N] [--times N]
    QBWCD           the program; default: the environment's QBWCD, then build/release/qbwcd
    --rounds        one-record pages that count the rounds, 500 by default
    --sessions      so many companies update at once, each with its rounds; 1,8 by default
    --customers     of the big sync, 1,000 by default
    --invoices      of the big sync, 10,000 by default
    --times         runs of each, 3 by default: the medians are printed

A round is one sendRequestXML and one receiveResponseXML, the answer kept before the reply. The time
runs from the first batch sent to the last one settled, as the server logs them; the simulated
QuickBooks works in it too. Prints figures, and asserts only that every record arrived."""

import argparse
import datetime
import os
import re
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../scenario"))
from program import Program, equal, find_program, main  # noqa: E402

UPDATE_SECONDS_MAX = 600


def processor_seconds(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def times_of(log, event):
    stamps = re.findall(rf"^(\S+) info {re.escape(event)} ", log, re.MULTILINE)
    return [datetime.datetime.fromisoformat(stamp) for stamp in stamps]


def add_company(qbwcd, slug):
    """With its syncs queued; what an update of it is run with."""
    company = qbwcd.create_company(slug)
    qwc = qbwcd.file(f"{slug}.qwc", qbwcd.run("qwc", slug, "--url",
                                              f"http://localhost:{qbwcd.port}/qbwc"))
    qbwcd.sync(slug, "customers", "invoices")
    return ["--qwc", qwc, "--password", company["password"], "--url", f"{qbwcd.origin}/qbwc"]


def update(path, page_size, customers, invoices, sessions=1):
    """Full syncs into an empty server: their rounds, seconds and the server's processor seconds."""
    with Program(path) as qbwcd:
        qbwcd.start("--page-size", str(page_size), "--page-size-min", str(page_size),
                    "--page-size-max", str(page_size), "--workers", str(max(4, sessions)))
        slugs = [f"books{n}" for n in range(sessions)]
        updates = [add_company(qbwcd, slug) for slug in slugs]
        worked = processor_seconds(qbwcd.server)
        running = [subprocess.Popen([path, "simulate", *words, "--customers", str(customers),
                                     "--invoices", str(invoices)], stdout=subprocess.DEVNULL)
                   for words in updates]
        for one in running:
            equal(one.wait(UPDATE_SECONDS_MAX), 0, "exit status of an update")
        worked = processor_seconds(qbwcd.server) - worked
        records = 0
        for slug in slugs:
            records += sum(qbwcd.values("company", "show", slug)[0]["records"].values())
            equal([job["state"] for job in qbwcd.jobs(slug) if job["state"] != "done"], [],
                  "jobs that are not done")
        log = qbwcd.logged()
        settled = times_of(log, "batch.settled")
        seconds = (settled[-1] - times_of(log, "batch.sent")[0]).total_seconds()
        equal(qbwcd.stop(), 0, "exit status of the server")
        return {"rounds": len(settled), "records": records, "seconds": seconds, "worked": worked}


def show(what, unit, runs):
    rate = statistics.median(run[unit] / run["seconds"] for run in runs)
    worked = statistics.median(run["worked"] for run in runs)
    seconds = statistics.median(run["seconds"] for run in runs)
    print(f"{what}: {runs[0]['rounds']} rounds, {runs[0]['records']} records in {seconds:.2f} s: "
          f"{rate:.0f} {unit}/s; processor of the server {worked:.2f} s, "
          f"{1000 * worked / runs[0]['rounds']:.2f} ms a round "
          f"(medians of {len(runs)})", flush=True)


def run():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("qbwcd", nargs="?", default="")
    arguments.add_argument("--rounds", type=int, default=500)
    arguments.add_argument("--sessions", default="1,8")
    arguments.add_argument("--customers", type=int, default=1000)
    arguments.add_argument("--invoices", type=int, default=10_000)
    arguments.add_argument("--times", type=int, default=3)
    given = arguments.parse_args()
    path = find_program(given.qbwcd)
    for sessions in (int(number) for number in given.sessions.split(",")):
        show(f"pages of one, {sessions} sessions", "rounds",
             [update(path, 1, given.rounds, 0, sessions) for _ in range(given.times)])
    show("pages of 100", "records",
         [update(path, 100, given.customers, given.invoices) for _ in range(given.times)])


main(run)
