"""What every driver of the stages must do; a driver's tests subclass `Contract` and give a `fresh`.

Nothing here knows where a driver keeps anything. Offsets only have to rise, and order only has to hold
among the messages of one key, so that a driver with partitions passes the same suite.
"""

import pytest

from tests.runtime.contract_fates import Fates
from tests.runtime.contract_laws import Laws
from tests.runtime.contract_messages import Messages
from tests.runtime.contract_timers import Timers
from tests.runtime.driver import Fresh


class Contract(Messages, Fates, Timers, Laws):
    """The suite."""

    @pytest.fixture
    def fresh(self) -> Fresh:
        """Return a maker of empty harnesses."""
        raise NotImplementedError
