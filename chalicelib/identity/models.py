"""Items of the tables `users` and `sessions`. Each kind has its own prefix, so none passes for another."""

from __future__ import annotations

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core import clock, keys
from chalicelib.core.tables import IntegerAttribute, Item, name

NOBODY = "usr_nobody"


class ByAccount(GlobalSecondaryIndex["User"]):
    """From an account to its person, as long as there is one."""

    class Meta:
        index_name = "account_id"
        projection = KeysOnlyProjection()

    account_id = UnicodeAttribute(hash_key=True)


class Details:
    """What a person tells of themselves where the policy collects it."""

    name = UnicodeAttribute(null=True)
    business_name = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    billing_address = UnicodeAttribute(null=True)
    country = UnicodeAttribute(null=True)


class User(Details, Item):
    """A person whose address is verified, and the only link from a person to an account.

    `generation` goes up with each change of what opens the account; sessions and links of an earlier one are
    dead. One with `closed_at` was closed by its person and is nobody's from `ends_at` (epoch seconds) on.
    `password_mailed_at` is when the password was last set by a mailed link.
    """

    class Meta:
        table_name = name("users")

    user_id = UnicodeAttribute(hash_key=True)
    by_account = ByAccount()
    account_id = UnicodeAttribute()
    email = UnicodeAttribute()
    password_hash = UnicodeAttribute(null=True)
    google_key = UnicodeAttribute(null=True)
    parent_hash = UnicodeAttribute(null=True)
    parent_agreed_at = UnicodeAttribute(null=True)
    policy_version = UnicodeAttribute()
    status = UnicodeAttribute()
    created_at = UnicodeAttribute()
    closed_at = UnicodeAttribute(null=True)
    ends_at = IntegerAttribute(null=True)
    generation = IntegerAttribute(default=0)
    email_changed_at = UnicodeAttribute(null=True)
    password_mailed_at = UnicodeAttribute(null=True)

    def expired(self) -> bool:
        """Past the end that closing the account brought.

        No TTL deletes it, since all else of the account is found by it: that goes first.
        """
        return self.ends_at is not None and self.ends_at <= clock.epoch_seconds(clock.now())

    def unchanged(self) -> Condition:
        """That the stored person is of this generation still; an early one was written without any.

        And that no Google account was joined meanwhile, or another one.
        """
        same: Condition = User.generation == self.generation
        early: Condition = User.user_id.exists() & User.generation.does_not_exist()
        generation: Condition = same if self.generation else (same | early)
        unchanged: Condition = generation & self.same_google()
        return unchanged

    def same_google(self) -> Condition:
        """That the stored person is known to Google as this one is."""
        key: Condition = User.google_key == self.google_key
        return key if self.google_key else User.google_key.does_not_exist()


class Address(Details, Item):
    """Makes an address unique. One with `expires_at` is a sign-up that waits for its mail to be answered."""

    class Meta:
        table_name = name("users")

    user_id = UnicodeAttribute(hash_key=True)
    owner_id = UnicodeAttribute()
    email = UnicodeAttribute(null=True)
    password_hash = UnicodeAttribute(null=True)
    policy_version = UnicodeAttribute(null=True)
    parent_email = UnicodeAttribute(null=True)
    expires_at = IntegerAttribute(null=True)

    @staticmethod
    def key(email: str) -> str:
        return f"EMAIL#{hashed(email)}"

    def still_waits(self) -> Condition:
        """That this sign-up is the newest of its address, and has not ended."""
        now = clock.epoch_seconds(clock.now())
        waits: Condition = (Address.owner_id == self.owner_id) & (Address.expires_at > now)
        return waits


class GoogleIdentity(Item):
    """Makes a person's identity at Google unique: its issuer and subject, never its address."""

    class Meta:
        table_name = name("users")

    user_id = UnicodeAttribute(hash_key=True)
    owner_id = UnicodeAttribute()

    @staticmethod
    def key(issuer: str, subject: str) -> str:
        return f"GOOGLE#{keys.address_hash(f'{issuer}#{subject}')}"


class ByUser(GlobalSecondaryIndex["Session"]):
    """All that a person has in `sessions`. It follows the table a moment later."""

    class Meta:
        index_name = "user_id"
        projection = KeysOnlyProjection()

    user_id = UnicodeAttribute(hash_key=True)


class Session(Item):
    """A browser that is signed in; `session_id` names it to its owner and opens nothing."""

    class Meta:
        table_name = name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    by_user = ByUser()
    user_id = UnicodeAttribute()
    session_id = UnicodeAttribute()
    generation = IntegerAttribute(default=0)
    created_at = UnicodeAttribute()
    expires_at = IntegerAttribute()

    @staticmethod
    def key(token: str) -> str:
        return f"SESSION#{keys.fingerprint(token)}"


class Verification(Item):
    """The one-time token of a verification mail, and the sign-up that it belongs to."""

    class Meta:
        table_name = name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()
    address_key = UnicodeAttribute()
    expires_at = IntegerAttribute()

    @staticmethod
    def key(token: str) -> str:
        return f"VERIFICATION#{keys.fingerprint(token)}"


class ParentLink(Item):
    """The one-time token of a mail to a parent, and the sign-up that waits for their answer."""

    class Meta:
        table_name = name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()
    address_key = UnicodeAttribute()
    expires_at = IntegerAttribute()

    @staticmethod
    def key(token: str) -> str:
        return f"PARENT#{keys.fingerprint(token)}"


class Link(Item):
    """What one mailed link may do to a person of this generation. There is one in each slot: the newest."""

    class Meta:
        table_name = name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()
    secret_hash = UnicodeAttribute()
    generation = IntegerAttribute()
    email = UnicodeAttribute(null=True)
    expires_at = IntegerAttribute()

    @staticmethod
    def key(purpose: str, slot: str) -> str:
        return f"LINK#{purpose}#{slot}"


class GoogleAttempt(Item):
    """A browser that was sent to Google: what it must come back with, and what for.

    `policy_version` is the policy that a new person has accepted, `linked_id` the person who is signed in and
    wants to be known by Google, too.
    """

    class Meta:
        table_name = name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    nonce = UnicodeAttribute()
    verifier = UnicodeAttribute()
    return_to = UnicodeAttribute()
    policy_version = UnicodeAttribute(null=True)
    linked_id = UnicodeAttribute(null=True)
    expires_at = IntegerAttribute()

    @staticmethod
    def key(state: str) -> str:
        return f"GOOGLE#{keys.fingerprint(state)}"


class SealedAddress(Item):
    """Where the last mail of a deletion goes; only KMS can read it."""

    class Meta:
        table_name = name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    ciphertext = BinaryAttribute(legacy_encoding=False)
    address_hash = UnicodeAttribute()
    expires_at = IntegerAttribute()

    @staticmethod
    def key(request_id: str) -> str:
        return f"LASTMAIL#{request_id}"


class Closing(Item):
    """Keeps an address from a new sign-up until the last mail of its deletion has gone out."""

    class Meta:
        table_name = name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    request_id = UnicodeAttribute()
    expires_at = IntegerAttribute()

    @staticmethod
    def key(email: str) -> str:
        return Closing.key_of(hashed(email))

    @staticmethod
    def key_of(address_hash: str) -> str:
        return f"CLOSING#{address_hash}"


def owner_of(email: str) -> User | None:
    """Whose address this is. Two reads, whoever is known."""
    address = Address.living(Address.key(email))
    return User.living(address.owner_id if address else NOBODY)


def hashed(email: str) -> str:
    """An address is one however its letters are typed."""
    return keys.address_hash(email.lower())
