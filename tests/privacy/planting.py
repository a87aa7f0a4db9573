"""One account with something of every category that a policy keeps, planted item by item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.calling import favourites, records
from chalicelib.calling.models import CallRecord
from chalicelib.core import clock, ids, throttles
from chalicelib.core.subjects import Subject
from chalicelib.core.throttles import Limit
from chalicelib.identity import accounts, last_mail
from chalicelib.identity import closings as people
from chalicelib.identity.models import Address, GoogleIdentity, ParentLink, Session, User
from chalicelib.money import ledger
from chalicelib.money.holds import Hold
from chalicelib.money.models import Balance
from chalicelib.numbers import caller_ids, verifications
from chalicelib.policy import profile
from chalicelib.policy.consent import Choice
from chalicelib.privacy import acceptances, choices, register
from chalicelib.providers import suppressions
from chalicelib.providers.twilio import Leg
from chalicelib.providers.twilio_caller_ids import CodeCallEnd
from tests.harness.stage import Stage
from tests.money.payer import Payer

EMAIL, CHILD = "ada@example.org", "child@example.org"
LONDON, OWN = "+442079460958", "+12025550123"
RATE = ["44", "GB", "United Kingdom", 24_000, 0, 60, 60, 0, "deck"]


@dataclass(frozen=True)
class Planted:
    """Whose all of it is."""

    user_id: str
    account_id: str

    def close(self) -> None:
        """As the person does, without the mail."""
        now = clock.now()
        assert people.close(self.user_id, now, profile.current().expires_at("account", account_closed=now))


def plant(stage: Stage) -> Planted:
    """All that the policy of this moment keeps."""
    policy, now = profile.current(), clock.now()
    planted = Planted(ids.new("usr", now), ids.new("acc", now))
    _person(planted)
    _small_things(planted)
    if "credit" in policy.offers:
        _money(stage, planted)
    if "calling" in policy.offers:
        _calls(planted)
    return planted


def _person(planted: Planted) -> None:
    known = {category.id for category in profile.current().category if category.active}
    now = clock.now()
    google = GoogleIdentity.key("issuer", "subject") if "google_account" in known else None
    user = User(
        planted.user_id,
        account_id=planted.account_id,
        email=EMAIL,
        policy_version=profile.current().version,
        status=accounts.ACTIVE,
        created_at=clock.render(now),
        google_key=google,
    )
    if "profile" in known:
        user.name = "Ada"
    if "parental_consent" in known:
        user.parent_agreed_at = clock.render(now)
    user.save()
    Address(Address.key(EMAIL), owner_id=user.user_id).save()
    if google:
        GoogleIdentity(google, owner_id=user.user_id).save()
    if "parent_request" in known:
        _waits(ParentLink.key("token"), "parent@example.org", timedelta(days=7))
    elif "sign_up" in known:
        _waits(None, None, timedelta(days=1))


def _waits(link: str | None, parent: str | None, life: timedelta) -> None:
    """A sign-up that nobody has confirmed yet."""
    expires_at, owner = clock.epoch_seconds(clock.now() + life), ids.new("usr", clock.now())
    key = Address.key(CHILD)
    waiting = Address(key, owner_id=owner, email=CHILD, password_hash="-", expires_at=expires_at)
    waiting.policy_version, waiting.parent_email = profile.current().version, parent
    waiting.save()
    if link:
        ParentLink(link, user_id=owner, address_key=key, expires_at=expires_at).save()


def _small_things(planted: Planted) -> None:
    now = clock.now()
    throttles.take(Limit("planted", 5, 3600), "key")
    Session(
        Session.key("token"),
        user_id=planted.user_id,
        session_id=ids.new("ses", now),
        created_at=clock.render(now),
        expires_at=clock.epoch_seconds(now + timedelta(days=30)),
    ).save()
    last_mail.seal(ids.new("req", now), planted.user_id)
    request, _ = register.receive(Subject(planted.user_id, planted.account_id), "deletion", waive_grace=False)
    register.move(request, "cancelled")
    suppressions.note("bounced@example.org", "bounce", now)
    acceptances.record(planted.account_id, profile.current().version)
    choice = Choice("objection", "planted", stands=True, at=now)
    choices.record(planted.account_id, lambda _: [choice], source="account")


def _money(stage: Stage, planted: Planted) -> None:
    Payer(stage, planted.account_id).top_up(10_000_000)
    actions = [Balance.customer.set("cus_planted"), Balance.payment_method.set("pm_planted")]
    assert ledger.change(planted.account_id, actions)


def _calls(planted: Planted) -> None:
    now = clock.now()
    if profile.offers("caller_ids"):
        number = caller_ids.add(planted.account_id, OWN, ids.new("cid", now))
        code_call = number.calls[0] if number.calls else "CA" + "3" * 32
        verifications.hear(planted.account_id, number.id, CodeCallEnd(code_call, OWN, "PN" + "1" * 32))
    detail = {"sid": "CA" + "1" * 32, "to": LONDON, "from": "+12025550100", "limit": 600, "rate": RATE}
    hold = Hold(1, clock.epoch_seconds(now) + 60, {**detail, "at": clock.epoch_seconds(now)})
    leg = Leg("completed", 60, None, "CA" + "2" * 32)
    record: CallRecord = records.compose(planted.account_id, ids.new("call", now), hold, leg)
    record.save()
    favourites.put(planted.account_id, [LONDON])
