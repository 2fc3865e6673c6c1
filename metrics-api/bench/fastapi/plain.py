"""The service as people write it: FastAPI + psutil, measuring on every request."""

import time
from datetime import datetime, timezone

import psutil
from fastapi import FastAPI

app = FastAPI()


@app.get("/api/health")
def health():
    return {"ok": True}


@app.get("/api/metrics")
def metrics():
    memory = psutil.virtual_memory()
    swap = psutil.swap_memory()
    disks = []
    for part in psutil.disk_partitions(all=False):
        usage = psutil.disk_usage(part.mountpoint)
        disks.append(
            {"mount": part.mountpoint, "filesystem": part.fstype, "totalBytes": usage.total, "usedBytes": usage.used}
        )
    temperatures = psutil.sensors_temperatures()
    return {
        "host": "bench",
        "sampledAt": datetime.now(timezone.utc).isoformat(),
        "uptimeSeconds": time.time() - psutil.boot_time(),
        "load": psutil.getloadavg(),
        "cpu": {"totalPercent": psutil.cpu_percent(), "corePercents": psutil.cpu_percent(percpu=True)},
        "temperatureCelsius": next((t[0].current for t in temperatures.values() if t), None),
        "memory": {"totalBytes": memory.total, "usedBytes": memory.used, "availableBytes": memory.available},
        "swap": {"totalBytes": swap.total, "usedBytes": swap.used},
        "disks": disks,
        "network": [
            {"name": name, "receivedBytes": io.bytes_recv, "sentBytes": io.bytes_sent}
            for name, io in psutil.net_io_counters(pernic=True).items()
        ],
        "processCount": len(psutil.pids()),
    }
