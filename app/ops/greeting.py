"""What the terminal says once it listens: where, as whom, and which sources answer."""

from app.kit.outbound import Outbound
from app.kit.settings import Settings
from app.ops.sample import personas
from app.sources.registry import all_sources


def greeting(settings: Settings, *, has_sample: bool) -> str:
    lines = ["", f"  Tastebuds is served at {settings.address}", ""]
    if has_sample:
        cast = personas.cast()
        host = next((persona for persona in cast.persona if persona.menus), cast.persona[0])
        lines += [f"  Sample login   {host.email}", f"                 password: {cast.password}", ""]
    lines.append("  Sources")
    for source in all_sources(settings, Outbound(settings.contact)).values():
        state = "ready" if source.ready else f"no key: set {' and '.join(source.missing)}"
        lines.append(f"    {source.label:<14} {state}")
    lines += ["", f"  Data           {settings.tastebuds_data if not settings.database_url else 'at DATABASE_URL'}"]
    return "\n".join([*lines, "  Ctrl-C stops it.", ""])
