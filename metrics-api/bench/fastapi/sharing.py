"""The same service with one sample shared by everyone for one second, as ours does."""

import threading
import time

from fastapi import FastAPI

import plain

app = FastAPI()
lock = threading.Lock()
shared = {"at": 0.0, "sample": None}


@app.get("/api/health")
def health():
    return {"ok": True}


@app.get("/api/metrics")
def metrics():
    if time.monotonic() - shared["at"] >= 1.0 or shared["sample"] is None:
        with lock:
            if time.monotonic() - shared["at"] >= 1.0 or shared["sample"] is None:
                shared["sample"] = plain.metrics()
                shared["at"] = time.monotonic()
    return shared["sample"]
