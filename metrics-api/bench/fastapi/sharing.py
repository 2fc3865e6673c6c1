"""
The strongest such service: one sample is shared by everyone for one second, kept as the finished JSON, and served
from the event loop without a thread and without FastAPI's serialisation, as ours does.
"""

import asyncio
import json
import time

from fastapi import FastAPI, Response
from fastapi.concurrency import run_in_threadpool

import plain

app = FastAPI()
lock = asyncio.Lock()
shared = {"at": 0.0, "json": b""}


def fresh():
    return shared["json"] and time.monotonic() - shared["at"] < 1.0


@app.get("/api/health")
async def health():
    return {"ok": True}


@app.get("/api/metrics")
async def metrics():
    if not fresh():
        async with lock:
            if not fresh():
                sample = await run_in_threadpool(plain.metrics)
                shared.update(at=time.monotonic(), json=json.dumps(sample).encode())
    return Response(shared["json"], media_type="application/json")
