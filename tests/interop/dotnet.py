"""A SOAP client after .NET's SoapHttpClientProtocol, which QBWC is built on: the same bytes out,
and replies read as strictly. Written from what captures show, without a SOAP library."""

import dataclasses
import os
import re
import socket
import ssl
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from xml.sax.saxutils import escape

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../scenario"))
from program import Failure, check, equal  # noqa: E402

TNS = "http://developer.intuit.com/"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
ENVELOPE_1_2 = "http://www.w3.org/2003/05/soap-envelope"
AGENT = "Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)"
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
SCHEMAS = ('xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
           'xmlns:xsd="http://www.w3.org/2001/XMLSchema"')


class Fault(Exception):
    def __init__(self, status, code, text):
        super().__init__(f"fault {code}: {text}")
        self.status, self.code, self.text = status, code, text


def element(name, value):
    """.NET escapes only what it must, and an empty text is an empty element."""
    return f"<{name}>{escape(str(value))}</{name}>" if value != "" else f"<{name} />"


def envelope(body, namespace=ENVELOPE):
    return (f'{DECLARATION}<soap:Envelope xmlns:soap="{namespace}" {SCHEMAS}>'
            f"<soap:Body>{body}</soap:Body></soap:Envelope>")


def literal(method, parameters, write=element):
    inner = "".join(write(name, value) for name, value in parameters.items())
    if not inner:
        return f'<{method} xmlns="{TNS}" />'
    return f'<{method} xmlns="{TNS}">{inner}</{method}>'


def encoded(method, parameters):
    """A call in Style RPC: rpc/encoded, parameters unqualified and typed."""
    inner = ""
    for name, value in parameters.items():
        kind = "int" if isinstance(value, int) else "string"
        inner += f'<{name} xsi:type="xsd:{kind}">{escape(str(value))}</{name}>'
    return (f'{DECLARATION}<soap:Envelope xmlns:soap="{ENVELOPE}" '
            'xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" '
            'xmlns:tns="http://developer.intuit.com" '
            f'xmlns:types="http://developer.intuit.com/encodedTypes" {SCHEMAS}>'
            '<soap:Body soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">'
            f'<q1:{method} xmlns:q1="{TNS}">{inner}</q1:{method}></soap:Body></soap:Envelope>')


def in_cdata(name, value):
    """The way of hand-written clients; a section cannot hold its own end."""
    text = str(value).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{text}]]></{name}>"


@dataclasses.dataclass(frozen=True)
class Style:
    """How a call is written and what kind of reply it must get."""
    write: Callable
    namespace: str = ENVELOPE
    content_type: str = "text/xml"
    result: str = f"{{{TNS}}}%sResult"
    item: str = f"{{{TNS}}}string"


STYLES = {
    "document": Style(lambda method, given: envelope(literal(method, given))),
    "cdata": Style(lambda method, given: envelope(literal(method, given, in_cdata))),
    "rpc": Style(encoded, result="return", item="item"),
    "soap12": Style(lambda method, given: envelope(literal(method, given), ENVELOPE_1_2),
                    namespace=ENVELOPE_1_2, content_type="application/soap+xml"),
}


class Client:
    """One keep-alive connection. A connection that the server closed in between is an error here,
    though .NET would open another one: our server must not close it during a run."""

    def __init__(self, port, tls=None, timeout=60, style="document"):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self.reader = self.socket.makefile("rb")
        self.host = f"localhost:{port}"
        self.style = STYLES[style]
        self.first = True
        self.continued = 0  # replies "100 Continue" seen

    def close(self):
        self.reader.close()
        self.socket.close()

    # HTTP

    def head(self, method, size):
        kind = f"{self.style.content_type}; charset=utf-8"
        lines = ["POST /qbwc HTTP/1.1", f"User-Agent: {AGENT}"]
        if self.style.namespace == ENVELOPE:
            lines += [f"Content-Type: {kind}", f'SOAPAction: "{TNS}{method}"']
        else:
            lines += [f'Content-Type: {kind}; action="{TNS}{method}"']
        lines += [f"Host: {self.host}", f"Content-Length: {size}", "Expect: 100-continue"]
        if self.first:
            lines.append("Connection: Keep-Alive")
        self.first = False
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def read_head(self):
        line = self.reader.readline().decode("latin-1")
        matched = re.fullmatch(r"HTTP/1\.1 (\d{3}) [^\r\n]*\r\n", line)
        if not matched:
            raise Failure(f"no status line came but {line!r}")
        headers = {}
        while (line := self.reader.readline().decode("latin-1")) not in ("\r\n", ""):
            name, value = line.rstrip("\r\n").split(":", 1)
            headers[name.lower()] = value.strip()
        return int(matched.group(1)), headers

    def exchange(self, method, data):
        """Status, headers and body of the answer to a POST that asks before it sends its body."""
        self.socket.sendall(self.head(method, len(data)))
        status, headers = self.read_head()
        if status == 100:
            self.continued += 1
            self.socket.sendall(data)
            status, headers = self.read_head()
        check("content-length" in headers, "the answer has no Content-Length")
        size = int(headers["content-length"])
        answer = self.reader.read(size)
        equal(len(answer), size, "length of the answer")
        return status, headers, answer

    # SOAP

    def call(self, method, **parameters):
        """The result of `method` as .NET would hand it on; a fault is raised."""
        return self.send(method, self.style.write(method, parameters).encode())

    def send(self, method, data):
        status, headers, body = self.exchange(method, data)
        content = content_of(method, status, headers, body, self.style)
        equal(content.tag, f"{{{TNS}}}{method}Response", f"{method}: element in the body")
        result = content.find(self.style.result.replace("%s", method))
        check(result is not None, f"{method}: the result is missing, .NET would read null")
        return result_of(method, result, self.style)


def content_of(method, status, headers, body, style):
    """The element in the reply's Body. Raises the fault that it holds."""
    check(status in (200, 400, 500), f"{method}: HTTP status {status}")
    kind = headers.get("content-type", "").split(";")[0].strip()
    equal(kind, style.content_type, f"{method}: content type")
    check(body.startswith(b"<?xml "), f"{method}: the XML declaration is not first: {body[:40]!r}")
    root = ET.fromstring(body)
    equal(root.tag, f"{{{style.namespace}}}Envelope", f"{method}: root")
    bodies = root.findall(f"{{{style.namespace}}}Body")
    equal(len(bodies), 1, f"{method}: bodies")
    equal(len(bodies[0]), 1, f"{method}: elements in the body")
    content = bodies[0][0]
    if content.tag == f"{{{style.namespace}}}Fault":
        raise read_fault(status, content, style.namespace)
    equal(status, 200, f"{method}: HTTP status of a reply")
    return content


def read_fault(status, fault, namespace):
    if namespace == ENVELOPE:
        code, text = fault.findtext("faultcode"), fault.findtext("faultstring")
    else:
        code = fault.findtext(f"{{{namespace}}}Code/{{{namespace}}}Value")
        text = fault.findtext(f"{{{namespace}}}Reason/{{{namespace}}}Text")
    check(code and text, "a fault without code or text")
    return Fault(status, code, text)


def result_of(method, result, style):
    if method == "authenticate":
        check(all(item.tag == style.item for item in result), "authenticate: items")
        check(2 <= len(result) <= 4, f"authenticate: {len(result)} items")
        return [item.text or "" for item in result]
    check(len(result) == 0, f"{method}: elements inside the result")
    text = result.text or ""
    if method != "receiveResponseXML":
        return text
    check(re.fullmatch(r"-?\d{1,10}", text), f"receiveResponseXML gave {text!r}, no bare int")
    return int(text)


# A session's own rules, for what needs no SOAP but speaks it.

def log_in(client, user, password):
    """The ticket of a session."""
    ticket, company_file = client.call("authenticate", strUserName=user, strPassword=password)[:2]
    check(ticket, "authenticate gave no ticket")
    equal(company_file, "", "the company file of authenticate")
    return ticket


def ask(client, ticket, hcp=""):
    return client.call("sendRequestXML", ticket=ticket, strHCPResponse=hcp,
                       strCompanyFileName="C:\\Books\\Brøndum.qbw", qbXMLCountry="US",
                       qbXMLMajorVers=16, qbXMLMinorVers=0)


def tell(client, ticket, response, hresult="", message=""):
    return client.call("receiveResponseXML", ticket=ticket, response=response, hresult=hresult,
                       message=message)


def trusting(certificate):
    """A TLS context that believes `certificate` and nobody else."""
    return ssl.create_default_context(cafile=certificate)
