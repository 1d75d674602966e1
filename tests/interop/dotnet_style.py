"""Our own client plays one whole session, byte for byte as QBWC would. The first argument is the
style of its calls: document (QBWC's own), rpc, soap12 or cdata; see `run` for the other ones."""

import sys
import urllib.parse
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

from dotnet import TNS, Client, Fault, ask, envelope, log_in, tell
from program import check, equal, main

style, wsdl, user, password, folder = sys.argv[1:]
port = urllib.parse.urlsplit(wsdl).port


def kept(name):
    with open(f"{folder}/{name}", encoding="utf-8") as text:
        return text.read()


def answer_to(request):
    """QuickBooks' answer, with the ids and the name that the request gave."""
    messages = ET.fromstring(request.encode()).find("QBXMLMsgsRq")
    asked = messages[0]
    return asked.tag, (kept(f"{asked.tag}.xml")
                       .replace("{requestID}", asked.get("requestID"))
                       .replace("{messageSetID}", messages.get("newMessageSetID", ""))
                       .replace("{name}", escape(asked.findtext(".//Name", ""))))


def faults(client, method, data, code, status):
    try:
        found = client.send(method, data)
    except Fault as fault:
        equal((fault.code.split(":")[-1], fault.status), (code, status), f"fault of {method}")
        return
    check(False, f"{method} gave {found!r}, a fault is expected")


def work(client, ticket):
    """The loop of a run; what was asked."""
    percent, seen, hcp = 0, [], kept("hcp.xml")
    while percent < 100:
        request = ask(client, ticket, hcp)
        check(request.startswith("<?xml"), f"sendRequestXML gave {request!r}")
        equal(ask(client, ticket, hcp), request, "the same question asked again")
        hcp = ""
        tag, answer = answer_to(request)
        seen.append(tag)
        check(len(seen) <= 4, f"the work does not end: {seen}")
        percent = tell(client, ticket, answer)
        check(0 <= percent <= 100, f"receiveResponseXML gave {percent}")
        equal(tell(client, ticket, answer), percent, "the same answer told again")
    return sorted(seen)


def session(client):
    check(client.call("serverVersion").startswith("qbwcd "), "serverVersion")
    equal(client.call("clientVersion", strVersion="34.0.10018.91"), "", "clientVersion")
    refused = client.call("authenticate", strUserName=user, strPassword="wrong")
    equal(refused[1], "nvu", "a wrong password")
    ticket = log_in(client, user, password)
    equal(work(client, ticket), ["CustomerAddRq", "CustomerQueryRq"], "what was asked")
    equal(ask(client, ticket), "", "sendRequestXML after the work")
    check(client.call("getLastError", ticket=ticket), "getLastError is empty")
    bye = client.call("closeConnection", ticket=ticket)
    check(bye.startswith("OK"), f"closeConnection said {bye!r}")
    equal(client.call("closeConnection", ticket=ticket), "OK", "closeConnection again")
    equal(tell(client, ticket, ""), -1, "receiveResponseXML on a closed session")
    equal(ask(client, ticket), "", "sendRequestXML on a closed session")
    check(client.call("getLastError", ticket="unknown"), "getLastError of an unknown ticket")
    # The work is done: the next run is told so before QuickBooks is opened.
    equal(client.call("authenticate", strUserName=user, strPassword=password)[1], "none",
          "authenticate without work")


def refusals(client):
    code, status = ("Sender", 400) if style == "soap12" else ("Client", 500)
    unknown = client.style.write("authenticate2", {"strUserName": user})
    faults(client, "authenticate2", unknown.encode(), code, status)
    if style != "document":
        return
    faults(client, "authenticate", b"<?xml version=\"1.0\"?><soap:Envelope", "Client", 500)
    faults(client, "authenticate", b"no XML at all", "Client", 500)
    faults(client, "authenticate", b"", "Client", 500)
    faults(client, "getLastError", envelope("<getLastError xmlns=\"urn:other\" />").encode(),
           "Client", 500)
    # A document type would let a peer name files and grow entities.
    bomb = envelope(f'<getLastError xmlns="{TNS}"><ticket>&amp;</ticket></getLastError>').replace(
        "?><soap", '?><!DOCTYPE soap [<!ENTITY a "b">]><soap')
    faults(client, "getLastError", bomb.encode(), "Client", 500)
    check(client.call("serverVersion").startswith("qbwcd "), "serverVersion after the faults")


def run():
    client = Client(port, style=style)
    session(client)
    check(client.continued > 15, f"only {client.continued} calls were told to continue")
    refusals(client)
    client.close()


main(run)
