"""A hundred thousand tries under a simulated clock: what passes to bcrypt and mail, and who still gets in."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core import clock, secrets, throttles
from chalicelib.core.errors import Refusal
from chalicelib.core.requests import Incoming
from chalicelib.core.throttles import Limit
from chalicelib.identity import attempts, cookies, devices, recovery
from chalicelib.identity.models import User
from tests.harness.stage import Stage

TRIES = 100_000
NETWORKS = 10_000
START = datetime(2026, 11, 23, 8, 0, 7, tzinfo=UTC)
VICTIM = "ada@example.org"


class World:
    """A clock in our hand, and counters in memory: tests/core/test_throttles.py holds both kinds equal."""

    def __init__(self) -> None:
        self.now = START
        self.tries: Counter[str] = Counter()
        self.random = random.Random(7)

    def count(self, whose: str, allowed: int, _expires_at: int) -> bool:
        free = self.tries[whose] < allowed
        self.tries[whose] += free
        return free

    def anybody(self) -> Incoming:
        """A request of one of very many networks."""
        number = self.random.randrange(NETWORKS)
        return request(f"198.{18 + number // 65536}.{number // 256 % 256}.{number % 256}")

    def passes(self, act: Callable[..., None], *arguments: object) -> bool:
        try:
            act(*arguments)
        except Refusal as refused:
            return refused.status != 429
        return True

    def spread(self, tries: int, over: timedelta) -> Iterator[int]:
        """So many moments, evenly."""
        for number in range(tries):
            self.now = START + over * number / tries
            yield number


@pytest.fixture
def world(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    known = secrets.current()
    monkeypatch.setattr(throttles, "LAPTOP_FACTOR", 1)
    monkeypatch.setattr(secrets, "current", lambda: known)
    monkeypatch.setattr(throttles, "_count", made.count)
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


def request(source: str, cookie: str = "") -> Incoming:
    return Incoming("id", "POST", "/api/auth/login", {"cookie": cookie}, {}, b"", source)


def owner(password_hash: str = "a hash") -> User:
    return User(user_id="usr_ada", password_hash=password_hash)


def known_browser(user: User) -> Incoming:
    return request("192.0.2.1", devices.cookie(user).partition(";")[0])


def most(limit: Limit, over: timedelta) -> int:
    """As many as pass in the windows that such a time touches."""
    return limit.count * (int(over.total_seconds()) // limit.seconds + 1)


def test_one_try_an_account_from_ten_thousand_networks_is_slowed_to_what_all_share(world: World) -> None:
    hours = timedelta(hours=6)
    passed = sum(
        world.passes(attempts.sign_in, world.anybody(), f"person{number}@example.org", None)
        for number in world.spread(TRIES, hours)
    )
    assert 0.9 * most(attempts.SIGN_IN_ALL, hours) < passed <= most(attempts.SIGN_IN_ALL, hours) < TRIES


def test_one_network_is_slowed_whatever_accounts_it_tries(world: World) -> None:
    day, home = timedelta(days=1), request("203.0.113.7")
    passed = sum(
        world.passes(attempts.sign_in, home, f"person{number}@example.org", None)
        for number in world.spread(TRIES, day)
    )
    assert passed <= most(attempts.SIGN_IN_SOURCE, day)


def test_one_account_tried_from_ten_thousand_networks_is_tried_little_and_its_owner_gets_in_at_any_moment(
    world: World,
) -> None:
    day, user = timedelta(days=1), owner()
    browser = known_browser(user)
    passed, heard = 0, []
    for number in world.spread(TRIES, day):
        passed += world.passes(attempts.sign_in, world.anybody(), VICTIM, user)
        if number % 500 == 0:
            heard.append(world.passes(attempts.sign_in, browser, VICTIM, user))
    assert passed <= most(attempts.SIGN_IN_ADDRESS, day)
    assert passed < TRIES / 30
    assert heard == [True] * 200


def test_an_owner_at_a_new_browser_always_has_a_mail_whose_link_lives(world: World) -> None:
    """However often strangers ask for mails to that address, and however many of them are refused."""
    asked_at = START
    link_life = recovery.LIFE
    for _ in world.spread(20_000, timedelta(days=2)):
        if world.passes(attempts.forgot, world.anybody(), VICTIM):
            asked_at = world.now
        assert world.now - asked_at <= timedelta(seconds=attempts.FORGOT_ADDRESS.seconds) <= link_life


def test_mails_to_one_address_stay_few(world: World) -> None:
    day = timedelta(days=1)
    mails = sum(world.passes(attempts.forgot, world.anybody(), VICTIM) for _ in world.spread(10_000, day))
    assert mails <= most(attempts.FORGOT_ADDRESS, day)
    first = sum(world.passes(attempts.sign_up, world.anybody(), VICTIM) for _ in world.spread(10_000, day))
    assert first <= most(attempts.SIGN_UP_ADDRESS, day)


def test_a_stolen_session_guesses_the_password_a_few_times_only(world: World) -> None:
    day = timedelta(days=1)
    passed = sum(world.passes(attempts.check_password, "usr_ada") for _ in world.spread(20_000, day))
    assert passed <= most(attempts.PASSWORD_CHECKS, day)


def test_a_person_writes_to_few_new_addresses(world: World) -> None:
    day = timedelta(days=1)
    passed = sum(
        world.passes(attempts.change_address, "usr_ada", f"person{number}@example.org")
        for number in world.spread(1000, day)
    )
    assert passed <= most(attempts.NEW_ADDRESS_PERSON, day)


def test_another_password_makes_every_browser_unknown(world: World) -> None:
    browser = known_browser(owner())
    assert devices.known(browser, owner())
    assert devices.known(browser, owner("another hash")) is None
    assert devices.known(browser, User(user_id="usr_eve", password_hash="a hash")) is None
    assert devices.known(browser, None) is None


def test_a_browser_is_known_as_long_as_the_policy_says(world: World) -> None:
    browser = known_browser(owner())
    assert cookies.life(devices.COOKIE) == "P180D"
    world.now = START + timedelta(days=179, hours=23)
    assert devices.known(browser, owner())
    world.now = START + timedelta(days=180)
    assert devices.known(browser, owner()) is None
