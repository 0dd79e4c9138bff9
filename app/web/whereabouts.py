"""What a session was seen with and from, in words: no list to keep up to date, no service that is asked."""

import re
from ipaddress import ip_address

# the first that is found: each of them names those below it as well
BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Vivaldi", r"Vivaldi/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Version/.*Safari/"),
)
SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("macOS", r"Macintosh|Mac OS X"),
    ("Linux", r"Linux|X11"),
)
PROGRAM = re.compile(r"[A-Za-z][\w.+-]{0,39}")


def device(agent: str) -> str:
    """`Firefox on Linux`; a program by what it calls itself."""
    browser, system = _first(BROWSERS, agent), _first(SYSTEMS, agent)
    if browser:
        return f"{browser} on {system}" if system else browser
    if agent.startswith("Mozilla/"):
        return f"A browser on {system}" if system else "A browser"
    program = PROGRAM.match(agent)
    return program[0] if program else "An unknown device"


def place(address: str) -> str:
    """Where an address is, as far as it says so itself."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "An unknown place"
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback:
        return f"The machine Tastebuds runs on ({ip})"
    return f"The internet ({ip})" if ip.is_global else f"The network at home ({ip})"


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for name, pattern in names if re.search(pattern, agent)), "")
