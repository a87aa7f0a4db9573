"""The certificate of a deletion as the page that is read where no scripts run."""

from __future__ import annotations

import pytest

from chalicelib.core import keys, signatures
from chalicelib.privacy import certificates, holds, manifest
from chalicelib.privacy.models import Request
from tests.harness.lambda_door import ask
from tests.privacy.certified import certified


@pytest.fixture(autouse=True)
def new_key() -> None:
    """Each stage makes a key of its own."""
    signatures.public_key.cache_clear()


def page_of(request: Request) -> str:
    capability = keys.fresh_token()
    certificates.issue(request, capability)
    path = f"/api/privacy/certificates/{capability}"
    return ask("GET", path, headers={"accept": "text/html"}).text


def test_the_page_tells_what_is_held_from_what_stays(stage: object) -> None:
    request = certified()
    request.kept += manifest.held({"calls": 1, "stripe_customers": 1}, holds.REASON)
    page = page_of(request)
    stays, held = page[page.index("point to nobody") :].split("Held as it is:")
    assert holds.REASON not in stays
    assert "Your calls" not in stays
    assert held.count(holds.REASON) == 2, "one of the calls, one of what lies at the payment partner"


def test_the_page_of_one_that_names_what_the_policy_no_longer_knows_can_be_read(stage: object) -> None:
    request = certified()
    request.actions += [{"store": "faxes", "category": "fax", "action": "deleted", "count": 3}]
    request.processors += [
        {"processor": "telex", "category": "fax", "count": 3, "confirmed_at": request.erased_at}
    ]
    page = page_of(request)
    assert "fax: 3 entries deleted" in page
    assert "telex: fax (3)" in page
