"""`python -m sandbox.demo COMMAND …`: runs the command with the outside world in a box, and ends with it.

Its data go to a folder of their own, so that a demo never mixes with what someone keeps.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import platformdirs

import sandbox
from sandbox.server import serving


def main(command: list[str]) -> int:
    with serving() as base:
        environment = {"TASTEBUDS_DATA": str(_data_folder())} | os.environ | sandbox.settings(base)
        print(f"\n  The outside world is served at {base}; break it at {base}/_faults (docs/sandbox.md).", flush=True)
        child = subprocess.Popen(command, env=environment)
        # Ctrl-C reaches the child from the terminal; we wait for it, and pass on what reaches only us
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        return child.wait()


def _data_folder() -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/tastebuds-demo")
    return Path(platformdirs.user_data_dir("tastebuds-demo"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
