"""Prints what html5lib, the parser of the HTML standard, has to say against the files it is given: one line each."""

import sys

import html5lib

for path in sys.argv[1:]:
    with open(path, "rb") as file:
        parser = html5lib.HTMLParser()
        parser.parse(file, transport_encoding="utf-8")
    for (line, column), code, values in parser.errors:
        print(f"{path}:{line}:{column}: {html5lib.constants.E.get(code, code) % values}")
