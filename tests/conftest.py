"""What all tests share."""

import pytest
from hypothesis import settings

pytest.register_assert_rewrite(
    "tests.runtime.contract_fates",
    "tests.runtime.contract_laws",
    "tests.runtime.contract_messages",
    "tests.runtime.contract_timers",
    "tests.runtime.driver",
    "tests.runtime.kill",
)

settings.register_profile("sommet", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("sommet")
