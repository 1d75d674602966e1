#!/usr/bin/env python3
"""The tree obeys its own rules: who includes whom, where other people's headers live, what must not
leak out of its room, how long things may be. Prints every breach as file:line; exit status 1 if any."""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# A room may include what its line names (and itself). Longest prefix wins.
ROOMS = {
    "qbxml": set(),
    "qbxml/grammar": {"qbxml"},
    "qbxml/canonical": {"qbxml", "qbxml/grammar"},
    "qbxml/simulator": {"qbxml", "qbxml/grammar"},
    "wsdl": set(),
    "server/base": set(),
    "server/session": {"server/base"},
    "server/jobs": {"server/base", "qbxml", "qbxml/canonical"},
    "server/store": {"server/base", "server/session", "server/jobs", "qbxml"},
    "server/service": {"server/base", "server/session", "server/jobs", "server/store", "qbxml",
                       "qbxml/canonical", "wsdl"},
    "server/web": {"server/base", "server/store", "server/service", "wsdl", "qbxml"},
    "server/net": {"server/web", "qbxml"},
}
# Rooms that reach further, each with its reason.
ROOMS["qbxml"] |= {"qbxml/grammar"}  # the language is checked against its tables
ALLOWED_FILES = {
    "server/net": {"server/web/message.h", "server/web/worker.h", "qbxml/result.h"},
    "server/service": {"wsdl/call.h"},  # calls and replies; not the codec
}

# Other people's headers: the files that may include them.
HOMES = [
    (r"pugixml", r"qbxml/xml\.cpp"),
    (r"boost/json", r"qbxml/json\.cpp"),
    (r"boost/(asio|beast|system)", r"server/net/"),
    (r"(zlib|zstd)", r"server/base/compress\.cpp"),
    (r"openssl/", r"server/(base/secret\.cpp|net/)"),
    (r"curl/", r"server/net/http_client\.cpp"),
    (r"(stdsoap2|soapH|soapStub|.*\.nsmap)", r"wsdl/"),
    (r"simdjson", r"(wsdl/prescan|qbxml/(scan|characters))\.cpp"),
    (r"(SQLiteCpp/|sqlite3\.h)", r"server/store/sqlite_(handle|log)\.cpp"),
    (r"libpq", r"server/store/postgres\.cpp"),
    (r"spdlog/", r"server/base/log\.cpp"),
    (r"CLI/", r"server/(cli/|qbwcd\.cpp)"),
    # The barrier is where threads that commit wait for one sync of the disk.
    (r"(thread|mutex|condition_variable|future)$",
     r"server/(net/|cli/(simulate|wait)\.cpp|store/(barrier|turns)\.|"
     r"service/(recorder|call_failures|outstanding)\.)"),
]

# Text that must stay in its room: (what, pattern, where it may stand).
LEAKS = [
    ("SQL", r"\b(SELECT \w|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE)", r"server/store/"),
    ("a qbXML element name", r"\"\w*(QueryRq|QueryRs|AddRq|ModRq|AddRs|ModRs|MsgsRq|MsgsRs|Ret)\"",
     r"qbxml/"),
    ("a SOAP envelope", r"(soap:Envelope|schemas\.xmlsoap\.org)", r"wsdl/"),
    ("the wall clock", r"(system_clock::now|std::time\(|gettimeofday)",
     r"server/(base/clock\.cpp|cli/simulate\.cpp|net/)"),
    ("randomness", r"(std::random_device|std::mt19937|[^_]rand\(\))",
     r"(server/base/|server/net/tls|qbxml/simulator/)"),
    ("the environment", r"getenv\(", r"server/qbwcd\.cpp"),
    ("std::function on a coroutine condition",
     r"co_await[^;]*(&&|\|\|)|(&&|\|\|)[^;]*co_await", r"^$"),  # GCC 12 miscompiles it
]

WORDS = r"(?<![\w.])/(work|root|farm)/|\bTODO\b|\bFIXME\b|\bXXX\b"
LINE_MAX, FILE_MAX, FUNCTION_MAX = 100, 500, 70
# Tables and texts that are one thing, however long.
LONG_FILES = r"(\.tsv$|\.wsdl$|^LICENSE$|package-lock\.json$|\.md$|^tests/|\.json$)"

breaches = []


def breach(path, line, text):
    breaches.append(f"{path}:{line}: {text}")


def tracked():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [p for p in listed.splitlines() if os.path.isfile(os.path.join(ROOT, p))]


def room_of(path):
    best = ""
    for room in ROOMS:
        if path.startswith(room + "/") and len(room) > len(best):
            best = room
    return best


def check_include(path, number, header, quoted):
    for pattern, home in HOMES:
        if re.match(pattern, header) and not re.match(home, path):
            breach(path, number, f"<{header}> has another home ({home})")
    if not quoted or "/" not in header:
        return
    here, there = room_of(path), room_of(header)
    if not here or not there or here == there:
        return
    if there not in ROOMS[here]:
        breach(path, number, f"{here} may not include {there} ({header})")
    only = ALLOWED_FILES.get(here)
    if only and there in ("wsdl", "server/web") and header not in only and here != "server/web":
        breach(path, number, f"{here} may include of {there} only {', '.join(sorted(only))}")


def check_source(path, lines):
    shipped = not path.startswith("tests/")
    start = None
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_MAX:
            breach(path, number, f"the line has {len(line)} characters, {LINE_MAX} is the limit")
        include = re.match(r'\s*#\s*include\s*([<"])([^>"]+)', line)
        if include and shipped:
            check_include(path, number, include.group(2), include.group(1) == '"')
        if shipped:
            code = re.sub(r"//.*", "", line)
            for what, pattern, home in LEAKS:
                if re.search(pattern, code) and not re.match(home, path):
                    breach(path, number, f"{what} outside its room: {line.strip()[:60]}")
        # clang-format puts a function's braces at the start of a line of their own.
        if line == "{":
            start = number
        elif line == "}" and start:
            # A table of cases is as long as its cases.
            if shipped and number - start - 1 > FUNCTION_MAX:
                breach(path, start, f"the function has {number - start - 1} lines, "
                                    f"{FUNCTION_MAX} is the limit")
            start = None


def main():
    for path in tracked():
        if re.search(r"(soapC|soapH|soapStub)\.(cpp|h)$|^build/|\.(o|a|sqlite)$", path):
            breach(path, 1, "generated, and generated files are never committed")
            continue
        try:
            with open(os.path.join(ROOT, path), encoding="utf-8", newline="") as file:
                text = file.read()
        except UnicodeDecodeError:
            continue
        lines = text.split("\n")
        if path != "tests/tidy/tidy.py":
            for number, line in enumerate(lines, 1):
                if re.search(WORDS, line):
                    breach(path, number, f"does not belong here: {line.strip()[:80]}")
        if len(lines) > FILE_MAX and not re.search(LONG_FILES, path):
            breach(path, 1, f"the file has {len(lines)} lines, {FILE_MAX} is the limit")
        if re.search(r"\.(cpp|h)$", path):
            check_source(path, lines)
    for line in breaches:
        print(line)
    print(f"tidy: {len(breaches)} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
