"""A small Chalice application, written into a folder for the gateway's workers to import."""

from __future__ import annotations

from pathlib import Path

SOURCE = """
import os, signal, time
from chalice import Chalice, Response

app = Chalice(app_name="scratch")
app.api.binary_types.append("image/x-scratch")
busy = False


@app.route("/api/echo/{id}", methods=["GET", "POST"], content_types=["application/json", "image/x-scratch"])
def echo(id):
    request = app.current_request
    raw = request.to_original_event()
    return {"id": id, "pid": os.getpid(), "body": raw["body"], "base64": raw["isBase64Encoded"],
            "query": raw["multiValueQueryStringParameters"], "headers": raw["multiValueHeaders"],
            "context": raw["requestContext"], "left_ms": app.lambda_context.get_remaining_time_in_millis()}


@app.route("/api/slowly")
def slowly():
    global busy
    overlapped, busy = busy, True
    time.sleep(0.03)
    busy = False
    return {"pid": os.getpid(), "overlapped": overlapped}


@app.route("/api/forever")
def forever():
    time.sleep(60)


@app.route("/api/die", methods=["POST"])
def die():
    os.kill(os.getpid(), signal.SIGKILL)


@app.route("/api/cookies")
def cookies():
    return Response("ok", headers={"Set-Cookie": ["a=1", "b=2"], "X-Frame-Options": "SAMEORIGIN"})


@app.route("/api/bytes")
def image():
    return Response(b"\\x00\\xff", headers={"Content-Type": "image/x-scratch"})
"""


def write(folder: Path) -> Path:
    (folder / "app.py").write_text(SOURCE)
    return folder
