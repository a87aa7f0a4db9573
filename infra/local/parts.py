"""All parts of one local service: started in order, watched, and stopped in the opposite order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import uvicorn

from chalicelib.policy import profile
from infra import client, front
from infra.local import edge
from infra.local.carrier import Carrier
from infra.local.clock_file import ClockFile
from infra.local.deployment import deploy_project
from infra.local.dev_routes import Developer
from infra.local.embedded_aws import REGION, EmbeddedAws, EmbeddedAwsFailed
from infra.local.gateway import Gateway
from infra.local.google import Google
from infra.local.hosting import Deliveries, Host, deliver
from infra.local.laptop import ROOT, VOICE, Laptop, listening
from infra.local.mailbox import Mailbox
from infra.local.page import Page
from infra.local.payments import Payments
from infra.local.schedules import ScheduleFailed, Schedules
from infra.local.state_folder import StateFolder
from infra.local.store import Store
from infra.local.voice import Voice
from infra.local.voice import page as voice_page
from infra.local.workers import Workers

Say = Callable[[str], None]
WATCH_EVERY_SECONDS = 1
# An embedded AWS that ends within this time of its start counts as one that does not start.
SHORT_LIFE_SECONDS = 20
MOST_SHORT_LIVES = 3


@dataclass(frozen=True)
class StandIns:
    """Payments and carrier, their hosts, the carrier's voice, and the thread that delivers their webhooks."""

    payments: Payments
    carrier: Carrier
    hosts: tuple[Host, Host]
    voice: Voice
    deliveries: Deliveries

    def start(self) -> None:
        for host in self.hosts:
            host.start()
        self.voice.start()
        self.deliveries.start()

    def stop(self) -> None:
        self.voice.stop()
        self.deliveries.stop()
        for host in self.hosts:
            host.stop()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # they are the runner's


class Service:
    """`start`, then `watch` until cancelled, then `stop`; `stop` is right after a start that failed, too."""

    def __init__(self, laptop: Laptop, folder: StateFolder, say: Say) -> None:
        self._laptop = laptop
        self._say = say
        self._folder = folder
        self._aws = EmbeddedAws(laptop.port + 1, laptop.folder / "aws")
        self._mailbox = Mailbox(Store(laptop.folder / "mail.db"), laptop.aws_url)
        self._workers = Workers(
            count=max(2, min(4, os.cpu_count() or 2)),
            folder=ROOT,
            environment=laptop.workers_environment(),
            log=laptop.folder / "gateway.log",
        )
        self._running = contextlib.AsyncExitStack()
        self._stopping = False

    async def start(self) -> None:
        """Everything up and ready. Raises what the parts raise."""
        origin = listening(self._laptop.port, "the page and the API")
        self._say("Starting the embedded AWS ...")
        self._running.push_async_callback(self._stop_aws)
        schedules = await self._start_aws()
        self._say("Starting the payments, the carrier and the gateway ...")
        self._running.push_async_callback(self._workers.stop)
        await self._workers.start()
        stand_ins = _stand_ins(self._laptop, self._folder, self._say)
        stand_ins.start()
        self._running.push_async_callback(asyncio.to_thread, stand_ins.stop)
        server = _Server(_server_config(self._gateway(stand_ins, schedules)))
        serving = asyncio.create_task(server.serve([origin]))
        self._running.push_async_callback(_end, server, serving)
        self._say("Running the schedules once ...")
        await asyncio.to_thread(self._run_schedules, schedules)

    async def watch(self) -> None:
        """Restarts the embedded AWS when it ends, until cancelled. Raises EmbeddedAwsFailed at last."""
        short_lives = 0
        while short_lives < MOST_SHORT_LIVES:
            started = time.monotonic()
            while self._aws.is_running():
                await asyncio.to_thread(self._collect_mail)
                await asyncio.sleep(WATCH_EVERY_SECONDS)
            short_lives = short_lives + 1 if time.monotonic() - started < SHORT_LIFE_SECONDS else 0
            self._say("The embedded AWS ended unexpectedly; starting it again ...")
            await asyncio.to_thread(self._run_schedules, await self._start_aws())
        raise EmbeddedAwsFailed(f"The embedded AWS does not stay up: see {self._aws.log}.")

    async def stop(self) -> None:
        """Ends every part that runs; the embedded AWS last, so that all is saved."""
        self._stopping = True
        await self._running.aclose()

    async def _start_aws(self) -> Schedules:
        warning = await asyncio.to_thread(self._aws.start)
        if warning:
            self._say(warning)
        started = time.monotonic()
        schedules = await asyncio.to_thread(deploy_project, self._laptop, self._folder.secrets())
        self._say(f"  deployed in {time.monotonic() - started:.1f} s")
        return schedules

    def _collect_mail(self) -> None:
        # Often, since the embedded AWS takes them with it when it ends.
        with contextlib.suppress(httpx.HTTPError):
            self._mailbox.collect()

    def _run_schedules(self, schedules: Schedules) -> None:
        # A deletion that the last stop cut off is taken up again by them.
        try:
            schedules.run()
        except ScheduleFailed as failed:
            if self._stopping:
                return  # the embedded AWS ended under it, as asked for
            self._say(f"A schedule failed: {failed}")

    async def _stop_aws(self) -> None:
        if self._aws.is_running():
            await asyncio.to_thread(self._collect_mail)
            if not await asyncio.to_thread(self._aws.stop):
                self._say(f"The embedded AWS did not stop cleanly: see {self._aws.log}.")

    def _gateway(self, stand_ins: StandIns, schedules: Schedules) -> Gateway:
        policy = profile.load(self._laptop.profile)
        deployed = edge.read(content_policy=front.content_policy(policy))
        developer = Developer(
            _endpoints(self._laptop, self._folder),
            stand_ins.payments,
            stand_ins.carrier,
            stand_ins.deliveries,
            self._mailbox,
            schedules,
            _google(self._laptop, self._folder),
            voice_page.routes(self._laptop.voice_host),
        )
        files = Page(deployed, client.DIST, lambda: front.dressed(policy, local=True))
        page = voice_page.Voiced(files, self._laptop.voice_host)
        return Gateway(deployed, self._workers, page, developer.app(self._laptop.hosts))


def _server_config(gateway: Gateway) -> uvicorn.Config:
    return uvicorn.Config(
        gateway,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,  # the address that a client claims for itself is not its own
        server_header=False,
        timeout_graceful_shutdown=3,
    )


async def _end(server: _Server, serving: asyncio.Task[None]) -> None:
    server.should_exit = True
    await serving


def _stand_ins(laptop: Laptop, folder: StateFolder, say: Say) -> StandIns:
    secrets = folder.secrets()
    post = deliver(httpx.Client(timeout=30, trust_env=False))
    clock = ClockFile(laptop.clock)
    payments = Payments(
        Store(laptop.folder / "payments.db"),
        post,
        webhook_url=f"{laptop.public_url}/api/webhooks/stripe",
        webhook_secret=secrets["stripe_webhook_secrets"][0],
        page_url=laptop.payments_url,
        now=lambda: int(clock.now().timestamp()),
    )
    carrier = Carrier(
        Store(laptop.folder / "carrier.db"),
        post,
        account_sid=secrets["twilio_account_sid"],
        auth_token=secrets["twilio_auth_tokens"][0],
        api_key_sid=secrets["twilio_api_key_sid"],
        api_key_secret=secrets["twilio_api_key_secret"],
        app_sid=secrets["twilio_app_sid"],
        voice_url=f"{laptop.public_url}/api/webhooks/twilio/voice",
        fallback_url=f"{laptop.public_url}/api/webhooks/twilio/fallback",
        now=clock.now,
    )
    hosts = (Host(carrier, laptop.port + 2), Host(payments, laptop.port + 3))
    listener = listening(laptop.ports[VOICE], VOICE)
    voice = Voice(carrier, listener, [f"http://{host}" for host in laptop.hosts], say)
    return StandIns(payments, carrier, hosts, voice, Deliveries((payments, carrier)))


def _google(laptop: Laptop, folder: StateFolder) -> Google:
    secrets = folder.secrets()
    return Google(
        Store(laptop.folder / "google.db"),
        client_id=secrets.get("google_client_id", ""),
        client_secret=secrets.get("google_client_secret", ""),
        redirect_uri=f"{laptop.public_url}/api/auth/google/callback",
    )


def _endpoints(laptop: Laptop, folder: StateFolder) -> dict[str, object]:
    secrets = folder.secrets()
    return {
        "aws": laptop.aws_url,
        "carrier": laptop.carrier_url,
        "payments": laptop.payments_url,
        "mailbox": f"{laptop.public_url}/dev/mailbox",
        "public_url": laptop.public_url,
        "aws_region": REGION,
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
        "stripe_webhook_secret": secrets["stripe_webhook_secrets"][0],
        "twilio_auth_token": secrets["twilio_auth_tokens"][0],
        "twilio_account_sid": secrets["twilio_account_sid"],
    }
