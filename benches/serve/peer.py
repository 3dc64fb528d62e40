"""An endpoint with the semantics of `newsletter serve` for one-click: 200 when the change is durable. FastAPI, SQLite."""

import sqlite3
import sys

import uvicorn
from fastapi import FastAPI, Response

ledger = sqlite3.connect(sys.argv[1], isolation_level=None, check_same_thread=False)
ledger.execute("PRAGMA journal_mode = WAL")
ledger.execute("PRAGMA synchronous = FULL")
ledger.execute("CREATE TABLE suppression (token TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID")
app = FastAPI()


@app.post("/u/{token}")
async def leave(token: str) -> Response:
    ledger.execute("INSERT INTO suppression VALUES (?, unixepoch()) ON CONFLICT DO NOTHING", (token,))
    return Response("unsubscribed\n")


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error", access_log=False)
