"""premailer as its documentation shows it. Takes `FILE RUNS`, as juice.mjs says."""

import sys
import time
from pathlib import Path

import premailer


def main(file: str, runs: str) -> None:
    document = Path(file).read_text()
    for _ in range(int(runs)):
        start = time.perf_counter()
        inlined = premailer.transform(document, allow_network=False, cssutils_logging_level=50)
        print((time.perf_counter() - start) * 1000)
        assert " style=" in inlined, "nothing was inlined"


main(*sys.argv[1:])
