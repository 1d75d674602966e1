#!/usr/bin/env python3
"""How the server behaves to more than one caller, to signals and over TLS; through real sockets.

Usage: tests/interop/manners.py [QBWCD]     the program; default: QBWCD, then build/release/qbwcd

Certificates are made by the openssl command; without it the TLS part is skipped aloud."""

import concurrent.futures
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time

from dotnet import STYLES, Client, ask, content_of, log_in, result_of, tell, trusting
from program import PATIENCE, Failure, Program, check, equal, find_program, main

HERE = os.path.dirname(os.path.abspath(__file__))


def kept(file, **marks):
    with open(f"{HERE}/answers/{file}", encoding="utf-8") as text:
        found = text.read()
    for mark, value in marks.items():
        found = found.replace(f"{{{mark}}}", value)
    return found


def attribute(request, name):
    return request.split(f' {name}="')[1].split('"')[0]


def added(request, name):
    """QuickBooks' answer to the one CustomerAddRq of `request`."""
    return kept("CustomerAddRq.xml", requestID=attribute(request, "requestID"),
                messageSetID=attribute(request, "newMessageSetID"), name=name)


def nothing_found(request):
    """QuickBooks' answer to a look into it: no record of the kind."""
    answers = "".join(f'<{name}Rs requestID="{number}" statusCode="1"/>' for name, number in
                      re.findall(r'<(\w+Query)Rq requestID="([^"]+)"', request))
    return f'<?xml version="1.0" ?><QBXML><QBXMLMsgsRs>{answers}</QBXMLMsgsRs></QBXML>'


class Acme:
    """A company, and what the first sendRequestXML of its sessions says."""

    def __init__(self, qbwcd, slug="acme"):
        company = qbwcd.create_company(slug)
        self.user, self.password = company["userName"], company["password"]
        self.hcp = kept("hcp.xml", ownerId=company["ownerId"], fileId=company["fileId"])


def two_connectors(qbwcd):
    """One company file, two machines: the newer run wins, the older one is told."""
    acme = Acme(qbwcd, "two")
    job = qbwcd.push("two", {"name": "Once only"})
    older, newer = Client(qbwcd.port), Client(qbwcd.port)
    first = log_in(older, acme.user, acme.password)
    request = ask(older, first, acme.hcp)
    check("CustomerAddRq" in request, f"the older run was given {request!r}")

    second = log_in(newer, acme.user, acme.password)
    equal(ask(older, first), "", "what the older run is given then")
    sentence = older.call("getLastError", ticket=first)
    check("Another Web Connector" in sentence, f"the older run hears {sentence!r}")
    equal(tell(older, first, added(request, "Once only")), -1, "an answer of the older run")
    equal(older.call("closeConnection", ticket=first), "OK", "closeConnection of the older run")

    # QuickBooks may have done it for the older run: it is looked into, and then only the same words
    # under the same message set id can be asked again.
    look = ask(newer, second, acme.hcp)
    check("<CustomerQueryRq" in look and "CustomerAdd" not in look, f"the look is {look!r}")
    check(0 <= tell(newer, second, nothing_found(look)) < 100, "the look does not end the run")
    equal(ask(newer, second, acme.hcp), request, "what the newer run is given")
    equal(tell(newer, second, added(request, "Once only")), 100, "the answer of the newer run")
    check(newer.call("closeConnection", ticket=second).startswith("OK"), "the newer run's end")
    equal(qbwcd.values("job", "show", job)[0]["state"], "done", "the job")
    older.close()
    newer.close()


def logins_at_once(qbwcd):
    """Four runs begin in one moment: each has its ticket, one of them lives."""
    acme = Acme(qbwcd, "four")
    qbwcd.sync("four", "customers")
    clients = [Client(qbwcd.port) for _ in range(4)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        tickets = list(pool.map(lambda one: log_in(one, acme.user, acme.password), clients))
    equal(len(set(tickets)), 4, "different tickets")
    given = [ask(clients[0], ticket, acme.hcp) for ticket in tickets]
    equal(sum(text != "" for text in given), 1, "how many of four runs are given work")
    for client in clients:
        client.close()


def refuses_connections(port):
    """Waits until the server takes no new connection."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return
        time.sleep(0.01)
    raise Failure("the server takes connections after SIGTERM")


def stop_during_upload(qbwcd):
    """SIGTERM while an answer is coming in slowly: it is taken whole, then the server ends."""
    acme = Acme(qbwcd, "stop")
    job = qbwcd.push("stop", {"name": "Last one"})
    client, idle = Client(qbwcd.port), Client(qbwcd.port)
    ticket = log_in(client, acme.user, acme.password)
    request = ask(client, ticket, acme.hcp)
    body = STYLES["document"].write("receiveResponseXML", {
        "ticket": ticket, "response": added(request, "Last one"), "hresult": "", "message": "",
    }).encode()
    client.socket.sendall(client.head("receiveResponseXML", len(body)))
    equal(client.read_head()[0], 100, "status before the body")
    client.socket.sendall(body[:300])

    qbwcd.server.send_signal(signal.SIGTERM)
    refuses_connections(qbwcd.port)
    equal(idle.socket.recv(1), b"", "what an idle connection hears")
    for at in range(300, len(body), 400):
        client.socket.sendall(body[at:at + 400])
    status, headers = client.read_head()
    answer = client.reader.read(int(headers["content-length"]))
    reply = content_of("receiveResponseXML", status, headers, answer, client.style)
    equal(result_of("receiveResponseXML", reply[0], client.style), 100, "the number of the reply")
    equal(headers.get("connection", "").lower(), "close", "header Connection of the last reply")
    equal(qbwcd.ended(), 0, "exit status")
    check("server.stopped detail=softly" in qbwcd.logged(), "the log does not say 'softly'")
    equal(qbwcd.values("job", "show", job)[0]["state"], "done", "the job")
    client.close()
    idle.close()


def make_certificate(qbwcd, name):
    """A self-signed certificate for localhost; the paths of it and its key."""
    certificate, key = qbwcd.file(f"{name}.pem"), qbwcd.file(f"{name}.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


def believes(qbwcd, certificate):
    try:
        client = Client(qbwcd.port, tls=trusting(certificate))
    except ssl.SSLCertVerificationError:
        return False
    check(client.call("serverVersion").startswith("qbwcd "), "serverVersion over TLS")
    client.close()
    return True


def simulate(qbwcd, acme, certificate):
    """How an update over TLS ends that trusts `certificate`."""
    qwc = qbwcd.file("tls.qwc", qbwcd.run("qwc", "tls", "--url", "https://localhost/qbwc"))
    done = subprocess.run([qbwcd.path, "simulate", "--qwc", qwc, "--password", acme.password,
                           "--url", f"https://localhost:{qbwcd.port}/qbwc", "--ca", certificate,
                           "--customers", "5", "--invoices", "1", "--json"],
                          capture_output=True, text=True, timeout=PATIENCE)
    return json.loads(done.stdout)["end"]


def certificates(qbwcd):
    """SIGHUP brings a renewed certificate into force; a bad one leaves the old one there."""
    first, first_key = make_certificate(qbwcd, "first")
    second, second_key = make_certificate(qbwcd, "second")
    live, live_key = qbwcd.file("live.pem"), qbwcd.file("live.key")
    shutil.copy(first, live)
    shutil.copy(first_key, live_key)
    qbwcd.start("--tls-certificate", live, "--tls-key", live_key)
    check(qbwcd.origin.startswith("https://"), f"the ready line says {qbwcd.origin}")
    acme = Acme(qbwcd, "tls")
    qbwcd.sync("tls", "customers")
    held = Client(qbwcd.port, tls=trusting(first))
    held.call("serverVersion")

    shutil.copy(second, live)
    shutil.copy(second_key, live_key)
    reload(qbwcd, "certificate.loaded")
    equal((believes(qbwcd, first), believes(qbwcd, second)), (False, True), "after a renewal")
    check(held.call("serverVersion").startswith("qbwcd "), "a connection from before the renewal")
    held.close()

    shutil.copy(first_key, live_key)  # does not fit the certificate
    reload(qbwcd, "certificate.refused")
    equal((believes(qbwcd, first), believes(qbwcd, second)), (False, True), "after a bad file")

    equal(simulate(qbwcd, acme, first), "broken", "an update that trusts the old certificate")
    equal(simulate(qbwcd, acme, second), "done", "an update that trusts the new certificate")
    equal(len(qbwcd.records("tls", "customers")), 5, "customers read over TLS")
    equal(qbwcd.stop(), 0, "exit status")


def reload(qbwcd, event):
    before = len(qbwcd.logged())
    qbwcd.server.send_signal(signal.SIGHUP)
    qbwcd.wait_for_log(event, after=before)


def run():
    with Program(find_program(sys.argv[1] if len(sys.argv) > 1 else "")) as qbwcd:
        qbwcd.start()
        for manner in (two_connectors, logins_at_once, stop_during_upload):
            manner(qbwcd)
            print(f"passed: {manner.__name__}", flush=True)
        if not shutil.which("openssl"):
            print("SKIPPED: certificates (openssl is not installed)")
            return
        certificates(qbwcd)
        print("passed: certificates")


main(run)
