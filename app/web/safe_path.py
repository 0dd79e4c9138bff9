"""Where a browser may be sent on to: a path of this site, whatever was asked for."""

from urllib.parse import quote


def safe_path(wanted: str) -> str:
    """A path on this site, or `/`: no way out through a second slash, a backslash, a control character or a scheme."""
    path = wanted.partition("?")[0].partition("#")[0]
    leaves = not path.startswith("/") or "//" in path or "/." in path or "\\" in wanted
    if leaves or any(ord(letter) < 33 or ord(letter) == 127 for letter in wanted):
        return "/"
    return quote(wanted, safe="/?#[]@!$&'()*+,;=:%~")  # a header takes no letter beyond ASCII
