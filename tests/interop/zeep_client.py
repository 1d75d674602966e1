"""python3-zeep imports our contract and plays one whole session; see `run` for the arguments."""

import sys
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

import zeep
from zeep.helpers import serialize_object

wsdl, user, password, folder = sys.argv[1:]


def check(holds, sentence):
    if not holds:
        sys.exit(f"zeep: {sentence}")


def equal(found, expected, what):
    check(found == expected, f"{what}: expected {expected!r}, found {found!r}")


def kept(name):
    with open(f"{folder}/{name}", encoding="utf-8") as text:
        return text.read()


def answer_to(request):
    """QuickBooks' answer, with the ids and the name that the request gave."""
    messages = ET.fromstring(request.encode()).find("QBXMLMsgsRq")
    asked = messages[0]
    marks = {
        "{requestID}": asked.get("requestID"),
        "{messageSetID}": messages.get("newMessageSetID", ""),
        "{name}": escape(asked.findtext(".//Name", "")),
    }
    text = kept(f"{asked.tag}.xml")
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text


client = zeep.Client(wsdl)
for port, version in (("QBWebConnectorSvcSoap", "1.1"), ("QBWebConnectorSvcSoap12", "1.2")):
    service = client.bind("QBWebConnectorSvc", port)
    check(service.serverVersion().startswith("qbwcd "), f"serverVersion over SOAP {version}")
    # zeep reads an empty element as None.
    equal(service.clientVersion(strVersion="34.0.10018.91"), None, f"clientVersion, {version}")
    wrong = serialize_object(service.authenticate(strUserName=user, strPassword="wrong"))
    equal(wrong[1], "nvu", f"a wrong password over SOAP {version}")

service = client.service
ticket, company_file, *_ = service.authenticate(strUserName=user, strPassword=password)
check(ticket, "authenticate gave no ticket")
equal(company_file, None, "the company file of authenticate")

percent, seen = 0, []
hcp = kept("hcp.xml")
while percent < 100:
    request = service.sendRequestXML(ticket=ticket, strHCPResponse=hcp,
                                     strCompanyFileName="C:\\Books\\Brøndum.qbw",
                                     qbXMLCountry="US", qbXMLMajorVers=16, qbXMLMinorVers=0)
    check(request and request.startswith("<?xml"), f"sendRequestXML gave {request!r}")
    hcp = ""
    seen.append(ET.fromstring(request.encode()).find("QBXMLMsgsRq")[0].tag)
    check(len(seen) <= 4, f"the work does not end: {seen}")
    percent = service.receiveResponseXML(ticket=ticket, response=answer_to(request), hresult="",
                                         message="")
    check(isinstance(percent, int) and 0 <= percent <= 100, f"receiveResponseXML gave {percent!r}")
equal(sorted(seen), ["CustomerAddRq", "CustomerQueryRq"], "what was asked")
nothing = service.sendRequestXML(ticket=ticket, strHCPResponse="", strCompanyFileName="",
                                 qbXMLCountry="US", qbXMLMajorVers=16, qbXMLMinorVers=0)
equal(nothing, None, "sendRequestXML after the work")
check(service.getLastError(ticket=ticket), "getLastError is empty")
check(service.closeConnection(ticket=ticket).startswith("OK"), "closeConnection is not OK")
equal(service.receiveResponseXML(ticket=ticket, response="", hresult="", message=""), -1,
      "receiveResponseXML on a closed session")
check(service.getLastError(ticket="unknown"), "getLastError of an unknown ticket is empty")
