"""What the terminal says once it listens: where, as whom, and which sources answer."""

from app.kit.outbound import Outbound
from app.kit.settings import Settings
from app.ops.sample import personas
from app.sources.registry import all_sources, contact_advice


def greeting(settings: Settings, *, has_sample: bool, setup: str = "") -> str:
    """`settings` with the keys in effect; `setup`: the path to the first account, while nobody has one."""
    lines = ["", f"  Tastebuds is served at {settings.address}", ""]
    if setup:
        lines += [
            "  Nobody has an account yet. Make the first one, which operates it, at",
            f"  {settings.address}{setup}",
            "",
        ]
    if has_sample:
        cast = personas.cast()
        host = next((persona for persona in cast.persona if persona.menus), cast.persona[0])
        lines += [f"  Sample login   {host.email}", f"                 password: {cast.password}", ""]
    lines.append("  Sources")
    sources = all_sources(settings, Outbound(settings.contact)).values()
    for source in sources:
        state = "ready" if source.ready else f"no key: set {' and '.join(source.missing)}"
        lines.append(f"    {source.label:<14} {state}")
    if not all(source.ready for source in sources):
        lines.append(f"    The operator may paste keys at {settings.address}/ops/sources/keys")
    if advice := contact_advice(settings):
        lines.append(f"    {advice}")
    lines += ["", f"  Data           {settings.tastebuds_data if not settings.database_url else 'at DATABASE_URL'}"]
    return "\n".join([*lines, "  Ctrl-C stops it.", ""])
