"""`python -m infra.common_passwords`: makes the list of common passwords again, from zxcvbn's own."""

from __future__ import annotations

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from chalicelib.identity import common_passwords
from chalicelib.identity.rules import PASSWORD_MINIMUM


def compiled() -> bytes:
    """The file's content: of each password that is long enough to be chosen, a piece of its hash, sorted."""
    folded = {common_passwords.fold(password) for password in FREQUENCY_LISTS["passwords"]}
    return b"".join(
        sorted({common_passwords.digest(text) for text in folded if len(text) >= PASSWORD_MINIMUM})
    )


if __name__ == "__main__":
    common_passwords.FILE.write_bytes(compiled())
    print(f"{common_passwords.FILE.name}: {common_passwords.FILE.stat().st_size} bytes")
