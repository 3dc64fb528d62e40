"""Runs a program on a terminal of its own and types a line whenever it asks.

    terminal.py LINES PROGRAM ARGUMENT...

LINES is a JSON list. A question is output that ends in `: ` or `> `. Prints what the terminal showed, and exits as the
program did.
"""

import json
import os
import pty
import sys

lines = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])

shown = b""
while True:
    try:
        read = os.read(terminal, 4096)
    except OSError:  # the program has ended
        break
    if not read:
        break
    shown += read
    if shown.endswith((b": ", b"> ")) and lines:
        os.write(terminal, lines.pop(0).encode() + b"\n")

_, status = os.waitpid(child, 0)
sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(status))
