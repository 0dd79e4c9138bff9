"""QR codes: dark on white with their quiet zone in either theme, because that is what phones read."""

import io

import segno


def qr_svg(text: str) -> bytes:
    drawn = io.BytesIO()
    _code(text).save(drawn, kind="svg", scale=6, light="#fff", xmldecl=False)
    return drawn.getvalue()


def qr_data(text: str) -> str:
    """For a picture that stands in the page, and at no address."""
    drawn: str = _code(text).svg_data_uri(scale=6, light="#fff", xmldecl=False)
    return drawn


def _code(text: str) -> segno.QRCode:
    return segno.make(text, error="m", micro=False)
