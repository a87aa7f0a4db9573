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
# What arrives at the page is kept for the test, which listens to it; its peers, which tell through what it
# speaks, and a device that the test pulls out; and its sockets, which the test cuts.
SPY = """
globalThis.heard = [];
globalThis.peers = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) {
    super(...given);
    peers.push(this);
    this.addEventListener("track", ({ track }) => heard.push(track));
  }
};
globalThis.pulledOut = "";
const all = globalThis.MediaDevices?.prototype.enumerateDevices;
if (all) MediaDevices.prototype.enumerateDevices = async function () {
  return (await all.call(this)).filter((one) => one.label !== pulledOut);
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


def microphone(page: Page) -> str:
    """The name of what the other side hears through."""
    return str(page.evaluate("peers.at(-1).getSenders()[0].track.label"))


def pull_out(page: Page, name: str) -> None:
    """A device is there no more."""
    page.evaluate(
        """name => {
          pulledOut = name;
          navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
        }""",
        name,
    )


def deny_the_microphone(page: Page, origin: str) -> None:
    """As its person may do beside the address; Playwright itself can only grant."""
    devtools = page.context.new_cdp_session(page)
    context = devtools.send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
    denied = {"permission": {"name": "microphone"}, "setting": "denied", "origin": origin}
    devtools.send("Browser.setPermission", {**denied, "browserContextId": context})


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
