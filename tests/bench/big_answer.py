#!/usr/bin/env python3
"""One receiveResponseXML with a big answer: the seconds it takes and the server's memory.

Usage: tests/bench/big_answer.py [QBWCD] [--megabytes N] [--times N] [--rest SECONDS]
    QBWCD           the program; default: the environment's QBWCD, then build/release/qbwcd
    --megabytes     size of the answer, 40 by default
    --times         so many sessions with one answer each, 3 by default
    --rest          seconds to wait before the call, to attach a profiler

Prints figures and asserts none of them, only that every invoice of the answer arrived."""

import argparse
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../interop"))
from dotnet import STYLES, Client, ask, content_of, log_in, result_of  # noqa: E402
from program import Program, check, equal, find_program, main  # noqa: E402

LINES = 4


def line(invoice, number):
    return f"""<InvoiceLineRet>
<TxnLineID>{invoice * 10 + number:X}-1709400000</TxnLineID>
<ItemRef>
<ListID>80000002-1650000056</ListID>
<FullName>Framing</FullName>
</ItemRef>
<Desc>Framing labour, per hour, north &amp; south wall</Desc>
<Quantity>{number}</Quantity>
<Rate>241.70</Rate>
<ClassRef>
<ListID>80000004-1650000032</ListID>
<FullName>Remodel:Bath</FullName>
</ClassRef>
<Amount>{241.70 * number:.2f}</Amount>
<SalesTaxCodeRef>
<ListID>80000002-1650000028</ListID>
<FullName>Non</FullName>
</SalesTaxCodeRef>
</InvoiceLineRet>
"""


def invoice(number):
    """As QuickBooks sends one with its lines: one element a line, no indentation."""
    return f"""<InvoiceRet>
<TxnID>{number:X}-1709400000</TxnID>
<TimeCreated>2024-03-02T11:20:00-06:00</TimeCreated>
<TimeModified>2024-03-02T11:20:00-06:00</TimeModified>
<EditSequence>{1709400000 + number}</EditSequence>
<TxnNumber>{number}</TxnNumber>
<CustomerRef>
<ListID>8000000A-1650089624</ListID>
<FullName>D'Angelo, Zo&#235;:Deck</FullName>
</CustomerRef>
<ARAccountRef>
<ListID>80000003-1650000003</ListID>
<FullName>Accounts Receivable</FullName>
</ARAccountRef>
<TemplateRef>
<ListID>80000001-1650000050</ListID>
<FullName>Builder's Invoice</FullName>
</TemplateRef>
<TxnDate>2024-03-02</TxnDate>
<RefNumber>{number}</RefNumber>
<BillAddress>
<Addr1>Zo&#235; D'Angelo</Addr1>
<Addr2>603 Maple Street</Addr2>
<City>Winooski</City>
<State>VT</State>
<PostalCode>05404</PostalCode>
</BillAddress>
<BillAddressBlock>
<Addr1>Zo&#235; D'Angelo</Addr1>
<Addr2>603 Maple Street</Addr2>
<Addr3>Winooski, VT 05404</Addr3>
</BillAddressBlock>
<IsPending>false</IsPending>
<IsFinanceCharge>false</IsFinanceCharge>
<TermsRef>
<ListID>80000003-1650000024</ListID>
<FullName>Net 30</FullName>
</TermsRef>
<DueDate>2024-04-01</DueDate>
<ShipDate>2024-03-02</ShipDate>
<Subtotal>2417.00</Subtotal>
<ItemSalesTaxRef>
<ListID>8000001C-1650000082</ListID>
<FullName>Vermont</FullName>
</ItemSalesTaxRef>
<SalesTaxPercentage>6.00</SalesTaxPercentage>
<SalesTaxTotal>0.00</SalesTaxTotal>
<AppliedAmount>0.00</AppliedAmount>
<BalanceRemaining>2417.00</BalanceRemaining>
<Memo>Per e-mail of the 3rd, &quot;as agreed&quot;</Memo>
<IsPaid>false</IsPaid>
<IsToBePrinted>false</IsToBePrinted>
<IsToBeEmailed>false</IsToBeEmailed>
<CustomerSalesTaxCodeRef>
<ListID>80000001-1650000027</ListID>
<FullName>Tax</FullName>
</CustomerSalesTaxCodeRef>
{"".join(line(number, n) for n in range(1, LINES + 1))}</InvoiceRet>
"""


def answer_of(request_id, size, first):
    """An InvoiceQueryRs of about `size` bytes, and how many invoices it holds."""
    parts = ['<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs>\n'
             f'<InvoiceQueryRs requestID="{request_id}" statusCode="0" statusSeverity="Info" '
             'statusMessage="Status OK" iteratorRemainingCount="0" '
             'iteratorID="{5b2c1f0e-8d7a-4e63-9f20-aa51c0b7d401}">\n']
    held, count = 0, 0
    while held < size:
        parts.append(invoice(first + count))
        held += len(parts[-1])
        count += 1
    parts.append("</InvoiceQueryRs>\n</QBXMLMsgsRs>\n</QBXML>\n")
    return "".join(parts), count


def memory(process, name):
    """MiB, from the kernel's own account."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        for row in status:
            if row.startswith(name + ":"):
                return int(row.split()[1]) / 1024
    return 0


def processor_seconds(process):
    """What the call cost, also on a machine that has other things to do."""
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def session(qbwcd, company, size, first, rest):
    """Sends one big answer; how many invoices were in it."""
    qbwcd.sync("big", "invoices")
    client = Client(qbwcd.port)
    ticket = log_in(client, company["userName"], company["password"])
    with open(f"{HERE}/../interop/answers/hcp.xml", encoding="utf-8") as text:
        hcp = text.read()
    request = ask(client, ticket, hcp.replace("{ownerId}", company["ownerId"])
                  .replace("{fileId}", company["fileId"]))
    check("InvoiceQueryRq" in request, f"the server asked for {request!r}")
    answer, count = answer_of(request.split('requestID="')[1].split('"')[0], size, first)
    body = STYLES["document"].write("receiveResponseXML", {
        "ticket": ticket, "response": answer, "hresult": "", "message": ""}).encode()
    if rest:
        print(f"process {qbwcd.server.pid} is about to get the call", flush=True)
        time.sleep(rest)

    before = memory(qbwcd.server, "VmHWM")
    worked = processor_seconds(qbwcd.server)
    start = time.monotonic()
    status, headers, reply = client.exchange("receiveResponseXML", body)
    seconds = time.monotonic() - start
    worked = processor_seconds(qbwcd.server) - worked
    content = content_of("receiveResponseXML", status, headers, reply, client.style)
    equal(result_of("receiveResponseXML", content[0], client.style), 100, "the number of the reply")
    client.call("closeConnection", ticket=ticket)
    client.close()
    print(f"{len(answer.encode()) / 1e6:.1f} MB of qbXML, {len(body) / 1e6:.1f} MB on the wire, "
          f"{count} invoices: {seconds:.3f} s, processor {worked:.2f} s; "
          f"VmHWM {before:.0f} -> {memory(qbwcd.server, 'VmHWM'):.0f} MiB, "
          f"VmRSS after {memory(qbwcd.server, 'VmRSS'):.0f} MiB", flush=True)
    return count


def run():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("qbwcd", nargs="?", default="")
    arguments.add_argument("--megabytes", type=int, default=40)
    arguments.add_argument("--times", type=int, default=3)
    arguments.add_argument("--rest", type=float, default=0)
    given = arguments.parse_args()
    with Program(find_program(given.qbwcd)) as qbwcd:
        qbwcd.start("--log-level", "warn")
        company = qbwcd.create_company("big")
        total = 0
        for _ in range(given.times):
            brought = session(qbwcd, company, given.megabytes * 1_000_000, total + 1, given.rest)
            total += brought
        # A full read tells of every invoice that it did not bring that it is gone.
        shown = qbwcd.values("company", "show", "big")[0]
        equal(shown["records"], {"invoices": brought}, "records in the mirror")
        equal(qbwcd.stop(), 0, "exit status")


main(run)
