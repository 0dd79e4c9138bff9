"""`tastebuds` on a loop whose clock stands still while the machine runs others (tests/fair_loop.py).

What the app waits for is bounded in seconds: a database that does not answer, a source that is too slow. On a machine
that stalls those seconds would pass while nothing runs, and a story be told that it should try again.
"""

import uvloop

from app.cli import main
from tests.fair_loop import FairLoop

if __name__ == "__main__":
    uvloop.new_event_loop = FairLoop  # type: ignore[assignment]
    main()
