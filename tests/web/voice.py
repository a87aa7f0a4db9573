"""The carrier's voice beside the site: calls that the page places through the unmodified SDK are heard."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from infra.local.carrier import Carrier
from infra.local.exchange import Answered, Deliver
from infra.local.hosting import Deliveries
from infra.local.visitor import wait_for
from infra.local.voice import Voice
from infra.local.voice.line import Timing
from tests.harness.stage import deliver
from tests.web.site import Site

FLAGS = [
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
# What arrives at the page is kept for the test, which listens to it; and its sockets, which the test cuts.
SPY = """
globalThis.heard = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) {
    super(...given);
    this.addEventListener("track", ({ track }) => heard.push(track));
  }
};
globalThis.sockets = [];
globalThis.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    sockets.push(this);
  }
};
"""
LOUDEST = """
async () => {
  const context = new AudioContext();
  await context.resume();
  const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
  context.createMediaStreamSource(new MediaStream([heard.at(-1)])).connect(analyser);
  await new Promise((resolve) => setTimeout(resolve, 400));
  const bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  const width = context.sampleRate / analyser.fftSize;
  await context.close();
  const peak = bins.indexOf(Math.max(...bins));
  return bins[peak] > -60 ? peak * width : 0;
}
"""
"""The loudest frequency that arrives now, in Hz; 0 when nothing is heard."""


def hear(page: Page) -> float:
    """The loudest frequency that arrives, in Hz, once something is heard."""
    return wait_for(lambda: float(page.evaluate(LOUDEST)), bool)


def delivering_to(site: Site) -> Deliver:
    """The carrier's webhooks wait for the page's requests, as the application here serves one at a time."""

    def post(url: str, body: bytes, headers: dict[str, str]) -> Answered:
        with site.alone:
            return deliver(url, body, headers)

    return post  # type: ignore[return-value]


@contextmanager
def speaking(site: Site, carrier: Carrier, origin: str) -> Iterator[Voice]:
    """Until the end of the block the page finds the carrier's signalling."""
    listener = socket.create_server(("127.0.0.1", 0))
    site.voice_host = f"127.0.0.1:{listener.getsockname()[1]}"
    voice = Voice(carrier, listener, [origin], lambda _said: None, Timing(grace=5, hurry=4))
    deliveries = Deliveries([carrier], every_seconds=0.1)
    voice.start()
    deliveries.start()
    try:
        yield voice
    finally:
        voice.stop()
        deliveries.stop()
        site.voice_host = None
