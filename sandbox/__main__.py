"""`python -m sandbox --port 8100`: serve until interrupted."""

import argparse

from sandbox.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="The outside world in a box.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100, help="0 takes a free one")
    arguments = parser.parse_args()
    try:
        serve(arguments.host, arguments.port)
    except OSError as error:
        raise SystemExit(f"--port {arguments.port}: {error.strerror}") from None


if __name__ == "__main__":
    main()
