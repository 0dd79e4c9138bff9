"""What stands on every answer: the policy for browsers, and the rest of the armour (XS-2, XS-3).

A page that needs another `Referrer-Policy`, or one source more in its `Content-Security-Policy`, sends its own.
"""

from app.kit.settings import Settings

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "htmx app",  # the last line of assets/vendor/htmx.js, and assets/js/app.js
}
OF_A_PICTURE = "default-src 'none'; frame-ancestors 'none'; sandbox"  # opened by itself it is a page of ours
# of a page without scripts, forms or anything of whoever is signed in, that any site may frame
IN_A_FRAME = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors *",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
TO_BE_FOUND = {"X-Robots-Tag": "all"}  # by search engines
NO_REFERRER = {"Referrer-Policy": "no-referrer"}  # for pages whose address is a secret

Header = tuple[bytes, bytes]


def policy(**more: str) -> str:
    """`policy(form_action="https://id.example")`: that page's forms may lead there too."""
    added = {name.replace("_", "-"): source for name, source in more.items()}
    return "; ".join(
        f"{name} {said} {added[name]}" if name in added else f"{name} {said}" for name, said in POLICY.items()
    )


def security_headers(settings: Settings, policy: str) -> list[Header]:
    headers = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-robots-tag": "noindex",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    if settings.is_secure:
        headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in headers.items()]
