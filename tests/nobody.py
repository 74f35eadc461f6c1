"""Work done in a process of its own, without the rights of root."""

import os
import traceback
from collections.abc import Callable

NOBODY = 65534


def as_nobody(work: Callable[[], None]) -> int:
    """Do `work` in a forked process of a user who owns nothing; return its exit status, 0 if all is well."""
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setuid(NOBODY)
            work()
        except BaseException:  # noqa: BLE001 - nothing may return from this process into the test
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]
