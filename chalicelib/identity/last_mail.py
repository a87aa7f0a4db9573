"""The address of a deletion's last mail: sealed by KMS, outside every backup, gone when it was written to."""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import timedelta

from chalicelib.core import aws, clock, keys, settings, tables
from chalicelib.identity.models import Closing, SealedAddress, User, hashed

LIFE = timedelta(days=40)


def seal(request_id: str, user_id: str) -> None:
    """Keep the person's address for one mail, at most 40 days; a second time it changes nothing.

    Until `forget`, nobody can sign up with this address. A closed account may be past its end by now.
    """
    user = User.stored(user_id)
    if SealedAddress.living(SealedAddress.key(request_id)) or not user:
        return
    sealed = aws.client("kms").encrypt(
        KeyId=settings.current().kms_key_id,
        Plaintext=user.email.encode(),
        EncryptionContext=_context(request_id),
    )
    expires_at = clock.epoch_seconds(clock.now() + LIFE)
    address = SealedAddress(
        SealedAddress.key(request_id),
        ciphertext=sealed["CiphertextBlob"],
        address_hash=hashed(user.email),
        expires_at=expires_at,
    )
    writes = tables.Transaction()
    writes.put("address", address)
    writes.put("closing", Closing(Closing.key(user.email), request_id=request_id, expires_at=expires_at))
    writes.commit()


def unseal(request_id: str) -> str | None:
    """The address; None when it was never sealed, is forgotten or has expired."""
    sealed = SealedAddress.living(SealedAddress.key(request_id))
    if not sealed:
        return None
    opened = aws.client("kms").decrypt(
        CiphertextBlob=sealed.ciphertext,
        KeyId=settings.current().kms_key_id,
        EncryptionContext=_context(request_id),
    )
    return opened["Plaintext"].decode()


def capability(request_id: str) -> str | None:
    """The last mail's own key to the certificate: 256 bits, the same at each try.

    None once the address is forgotten: from then on nobody can make it again, whoever has our keys.
    """
    sealed = SealedAddress.living(SealedAddress.key(request_id))
    if not sealed:
        return None
    return keys.sign("certificate", f"{request_id} {base64.b64encode(sealed.ciphertext).decode()}")


def forget(request_id: str) -> None:
    """Drop the address, and let it sign up again; a second time it changes nothing."""
    sealed = SealedAddress.stored(SealedAddress.key(request_id))
    if not sealed:
        return
    closing = Closing(Closing.key_of(sealed.address_hash))
    with suppress(tables.ConditionFailed):
        # First, because the sealed item is the only way to it; a later request's own one stays.
        tables.write(lambda: closing.delete(condition=Closing.request_id == request_id))
    tables.write(sealed.delete)


def _context(request_id: str) -> dict[str, str]:
    return {"request": request_id}
