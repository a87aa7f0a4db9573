"""One local service's ports, addresses and environment."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chalicelib.policy import profile
from infra import stages
from infra.local.embedded_aws import ACCOUNT_ID, CREDENTIALS, REGION

ROOT = Path(__file__).parents[2]
STACK = "vowline-local"
CONTROLLER = "Example Calls Ltd, 1 Example Street, Exampletown"
HOUSE_NUMBER = "+12025550100"
VOICE = "the carrier's voice"


class SetupRefused(Exception):
    """A setting or the machine is not as needed; one sentence says what to do."""


@dataclass(frozen=True)
class Laptop:
    """Ports from `port`: the origin, the embedded AWS, the carrier, the payments, the carrier's voice."""

    port: int
    profile: str
    folder: Path

    @property
    def ports(self) -> dict[str, int]:
        names = ("the page and the API", "the embedded AWS", "the carrier", "the payments", VOICE)
        return {name: self.port + offset for offset, name in enumerate(names)}

    @property
    def mail_from(self) -> str:
        return f"hello@{self.profile}.example"

    @property
    def public_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        return (f"127.0.0.1:{self.port}", f"localhost:{self.port}")

    @property
    def aws_url(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def carrier_url(self) -> str:
        return f"http://127.0.0.1:{self.port + 2}"

    @property
    def payments_url(self) -> str:
        return f"http://127.0.0.1:{self.port + 3}"

    @property
    def voice_host(self) -> str:
        """Where browsers find the carrier's signalling: name and port, as the voice SDK wants it."""
        return f"127.0.0.1:{self.ports[VOICE]}"

    @property
    def clock(self) -> Path:
        return self.folder / "clock"

    @property
    def deck(self) -> Path:
        """An imported rate deck, which takes the sample's place from when it is there."""
        return self.folder / "rates.deck"

    def functions_environment(self) -> dict[str, str]:
        """What the deployed functions are told, beyond what .chalice/config.json says."""
        return {
            "PROFILE": self.profile,
            "PUBLIC_URL": self.public_url,
            "MAIL_FROM": self.mail_from,
            "CONTROLLER": CONTROLLER,
            "PRIVACY_MAIL": f"privacy@{self.profile}.example",
            "HOUSE_NUMBER": HOUSE_NUMBER,
            "CLOCK_FILE": str(self.clock),
            "DECK_FILE": str(self.deck),
            "STRIPE_API_BASE": self.payments_url,
            "TWILIO_API_BASE": self.carrier_url,
            "GOOGLE_BASE": f"{self.public_url}/dev/google",
            "AWS_ENDPOINT_URL": self.aws_url,
            "PYTHONPATH": str(ROOT / ".local/lambda-deps"),
        }

    def workers_environment(self) -> dict[str, str]:
        """The whole environment of the gateway's processes, which run from the project's own packages."""
        deployed = dict(stages.load("local", self.functions_environment()).environment)
        del deployed["PYTHONPATH"]
        machine = f"arn:aws:states:{REGION}:{ACCOUNT_ID}:stateMachine:{deployed['TABLE_PREFIX']}deletion"
        bucket = f"{deployed['TABLE_PREFIX']}exports-{ACCOUNT_ID}"
        return deployed | CREDENTIALS | {"DELETION_MACHINE_ARN": machine, "EXPORTS_BUCKET": bucket}

    def check_ports(self) -> None:
        """Raises SetupRefused when another program listens on one of them."""
        for name, port in self.ports.items():
            listening(port, name).close()


def listening(port: int, name: str) -> socket.socket:
    """A listening socket on 127.0.0.1. Raises SetupRefused when the port is taken."""
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(("127.0.0.1", port))
        taken.listen(128)
    except OSError:
        taken.close()
        raise SetupRefused(
            f"Port {port}, for {name}, is taken: stop the program that listens there,"
            " or choose five other ports in a row with PORT=..."
        ) from None
    return taken


def laptop(environment: Mapping[str, str]) -> Laptop:
    """What PORT, PROFILE and STATE_DIR ask for. Raises SetupRefused."""
    port = environment.get("PORT") or "8000"
    if not port.isdecimal() or not 1 <= int(port) <= 65531:
        raise SetupRefused(f"PORT must be a number from 1 to 65531; it is {port!r}.")
    wanted = environment.get("PROFILE") or "kinvo"
    if wanted not in profile.known():
        raise SetupRefused(f"There is no profile {wanted!r}; there are {', '.join(profile.known())}.")
    folder = Path(environment.get("STATE_DIR") or ROOT / ".local" / wanted)
    return Laptop(int(port), wanted, folder.absolute())
