import pytest

from app.web.whereabouts import device, place

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Linux"),
        (f"{MAC} Version/17.6 Safari/605.1.15", "Safari on macOS"),
        (f"{MAC} Chrome/130.0.0.0 Safari/537.36", "Chrome on macOS"),
        (f"{MAC} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0", "Edge on macOS"),
        (f"{MAC} Chrome/130.0.0.0 Safari/537.36 OPR/115.0", "Opera on macOS"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit FxiOS/130.0 Safari/605", "Firefox on iPad"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit Chrome/130.0 Safari", "Chrome on ChromeOS"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "A browser on Windows"),
        ("Mozilla/5.0", "A browser"),
        ("python-httpx/0.28.1", "python-httpx"),
        ("curl/8.5.0", "curl"),
        ("", "An unknown device"),
        ("<b>&\"'", "An unknown device"),
    ],
)
def test_a_user_agent_is_said_in_a_few_words(agent: str, said: str) -> None:
    assert device(agent) == said


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("127.0.0.1", "The machine Tastebuds runs on (127.0.0.1)"),
        ("::1", "The machine Tastebuds runs on (::1)"),
        ("192.168.1.7", "The network at home (192.168.1.7)"),
        ("100.64.3.2", "The network at home (100.64.3.2)"),
        ("::ffff:192.168.1.7", "The network at home (192.168.1.7)"),
        ("93.184.216.34", "The internet (93.184.216.34)"),
        ("2606:2800:220:1::1", "The internet (2606:2800:220:1::1)"),
        ("", "An unknown place"),
        ("testclient", "An unknown place"),
    ],
)
def test_an_address_is_said_as_far_as_it_says_where_it_is(address: str, said: str) -> None:
    assert place(address) == said
