"""What is expected of every handler of the pages; tests/house knows if one is missing here.

Paths name what is Alice's: `{menu}` and the rest are fields of `Evening`.
"""

from dataclasses import dataclass, field
from typing import Literal

LONG = "x" * 2001
Stranger = Literal["not found", "for himself"]  # the catalog is everybody's, menus are their owner's


@dataclass(frozen=True, kw_only=True)
class Action:
    """`root` is the id of what htmx gets, `then` where a plain form is sent on to, `shows` what is read there.

    `bad` is a form that cannot be taken, `wrong` the sentence beside each of its fields.
    """

    handler: str
    method: str
    path: str
    then: str
    root: str = ""
    form: dict[str, str] = field(default_factory=dict)
    said: str = ""
    shows: str = ""
    bad: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    stranger: Stranger = "not found"
    again: int = 200  # what htmx is told when it asks twice

    def __str__(self) -> str:
        return self.handler


@dataclass(frozen=True, kw_only=True)
class View:
    """`signed_out`: sent to the login or shown. `stranger`: the status Charlie gets. `region`: what htmx asks for.

    `operator`: for Odile alone, so that Alice is a stranger too.
    """

    handler: str
    path: str
    signed_out: Literal["login", "open"] = "login"
    stranger: int = 200
    region: str = ""
    operator: bool = False

    def __str__(self) -> str:
        return self.handler


EDITOR = "/menus/{menu}/edit"
TITLED = {"title": "", "intent": LONG}
UNTITLED = {"title": "This is needed.", "intent": "Use 2,000 characters or fewer (this has 2,001)."}
STARTERS = "/menus/{menu}/courses/{starters}"

ACTIONS = (
    Action(
        handler="menus.create",
        method="POST",
        path="/menus",
        form={"title": "Winter", "intent": "Long nights."},
        then="/menus/*/edit",
        shows="Long nights.",
        bad=TITLED,
        wrong=UNTITLED,
        stranger="for himself",
        again=303,
    ),
    Action(
        handler="menus.update",
        method="PUT",
        path="/menus/{menu}",
        form={"title": "An evening of stars", "intent": ""},
        root="menu-head",
        then=EDITOR,
        said="Saved.",
        shows="An evening of stars",
        bad=TITLED,
        wrong=UNTITLED,
    ),
    Action(
        handler="menus.destroy",
        method="DELETE",
        path="/menus/{menu}",
        then="/menus",
        said="An evening of sand is deleted.",
        shows="No menu yet",
        again=404,
    ),
    Action(
        handler="publications.create",
        method="POST",
        path="/menus/{menu}/publication",
        root="publication",
        then=EDITOR,
        said="Published. Anyone with the address can read it.",
        shows="Unpublish",
    ),
    Action(
        handler="publications.destroy",
        method="DELETE",
        path="/menus/{menu}/publication",
        root="publication",
        then=EDITOR,
        said="Unpublished. Only you can read it.",
        shows="A draft: only you can read it.",
    ),
    Action(
        handler="slugs.update",
        method="PUT",
        path="/menus/{menu}/slug",
        form={"slug": "sand-and-stars"},
        root="address",
        then="/menus/{menu}/share",
        said="It is at /menus/sand-and-stars from now on.",
        shows="sand-and-stars",
        bad={"slug": "Sand & stars"},
        wrong={"slug": "Use letters a to z, digits and single hyphens, as in a-night-on-arrakis."},
    ),
    Action(
        handler="guest_links.destroy",
        method="DELETE",
        path="/menus/{menu}/guest-links/{guest_link}",
        root="guest-links",
        then="/menus/{menu}/share",
        said="Ended. Whoever opens the link is told so.",
        shows="Ended on",
    ),
    Action(
        handler="courses.create",
        method="POST",
        path="/menus/{menu}/courses",
        form={"title": "Pudding", "intent": "Sweet."},
        root="courses",
        then=EDITOR,
        said="Course Pudding added.",
        shows="Pudding",
        bad=TITLED,
        wrong=UNTITLED,
    ),
    Action(
        handler="courses.update",
        method="PUT",
        path=STARTERS,
        form={"title": "Small plates", "intent": "To share."},
        root="courses",
        then=EDITOR,
        said="Course saved.",
        shows="Small plates",
        bad=TITLED,
        wrong=UNTITLED,
    ),
    Action(
        handler="courses.destroy",
        method="DELETE",
        path=STARTERS,
        root="courses",
        then=EDITOR,
        said="Course Starters removed.",
        shows="Mains",
        again=404,
    ),
    Action(
        handler="courses.reorder",
        method="PUT",
        path="/menus/{menu}/order",
        form={"course": "{mains}", "move": "up"},
        root="courses",
        then=EDITOR,
        said="Moved to 1 of 2.",
        shows="Mains",
    ),
    Action(
        handler="course_items.create",
        method="POST",
        path=STARTERS + "/items",
        form={"item": "{disco}"},
        root="courses",
        then=EDITOR,
        said="Disco Elysium added to Starters.",
        shows="Disco Elysium",
    ),
    Action(
        handler="course_items.update",
        method="PUT",
        path=STARTERS + "/items/{served_dune}",
        form={"note": "Slowly."},
        root="courses",
        then=EDITOR,
        said="Note saved.",
        shows="Slowly.",
        bad={"note": LONG},
        wrong={"note": "Use 2,000 characters or fewer (this has 2,001)."},
    ),
    Action(
        handler="course_items.destroy",
        method="DELETE",
        path=STARTERS + "/items/{served_dune}",
        root="courses",
        then=EDITOR,
        said="Taken off the course.",
        shows="Arrival",
        again=404,
    ),
    Action(
        handler="pairings.create",
        method="POST",
        path="/menus/{menu}/pairings",
        form={"first": "{served_arrival}", "second": "{served_dune}", "sentence": "Sand, then rain."},
        root="pairings",
        then="/menus/{menu}/pairings",
        said="Paired.",
        shows="Sand, then rain.",
        bad={"first": "", "second": "dune", "sentence": "x" * 501},
        wrong={
            "first": "Choose an item of this menu.",
            "second": "This is no id.",
            "sentence": "Use 500 characters or fewer (this has 501).",
        },
    ),
    Action(
        handler="pairings.update",
        method="PUT",
        path="/menus/{menu}/pairings/{pairing}",
        form={"sentence": "Rain after sand."},
        root="pairings",
        then="/menus/{menu}/pairings",
        said="Sentence saved.",
        shows="Rain after sand.",
        bad={"sentence": ""},
        wrong={"sentence": "This is needed."},
    ),
    Action(
        handler="pairings.destroy",
        method="DELETE",
        path="/menus/{menu}/pairings/{pairing}",
        root="pairings",
        then="/menus/{menu}/pairings",
        said="Not paired any more.",
        shows="Pair two items",
        again=404,
    ),
    Action(
        handler="entries.create",
        method="POST",
        path="/items/{arrival}/entry",
        root="keeping-{arrival}",
        then="/items/{arrival}",
        said="Arrival is in your library.",
        shows="In my library",
        stranger="for himself",
    ),
    Action(
        handler="entries.update",
        method="PUT",
        path="/items/{dune}/entry",
        form={"status": "active", "rating": "7", "favourite": "1", "notes": "Second reading."},
        root="entry",
        then="/items/{dune}",
        said="Saved.",
        shows="Second reading.",
        bad={"status": "eaten", "rating": "11", "notes": "x" * 10_001},
        wrong={
            "status": "Choose one of: 'wanted', 'active', 'paused', 'done' or 'dropped'.",
            "notes": "Use 10,000 characters or fewer (this has 10,001).",
        },
        stranger="for himself",
    ),
    Action(
        handler="entries.destroy",
        method="DELETE",
        path="/items/{dune}/entry",
        root="entry",
        then="/items/{dune}",
        said="Dune is no longer in your library.",
        shows="Keep it",
        stranger="for himself",
    ),
    Action(
        handler="sessions.update",
        method="PUT",
        path="/settings/sessions/{session}",
        form={"name": "The kitchen"},
        root="sessions",
        then="/settings/sessions",
        said="Named.",
        shows="The kitchen",
        bad={"name": "x" * 61},
        wrong={"name": "Use 60 characters or fewer (this has 61)."},
    ),
    Action(
        handler="tags.create",
        method="POST",
        path="/tags",
        form={"name": "For the train", "colour": "red"},
        then="/tags",
        said="For the train is one of your tags.",
        shows="For the train",
        bad={"name": "x" * 61, "colour": "pink"},
        wrong={
            "name": "Use 60 characters or fewer (this has 61).",
            "colour": "Choose one of: 'none', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple' or 'brown'.",
        },
        stranger="for himself",
        again=422,
    ),
    Action(
        handler="tags.update",
        method="PUT",
        path="/tags/{tag}",
        form={"name": "Snug", "colour": "blue"},
        then="/tags",
        said="Snug is saved.",
        shows="Snug",
        bad={"name": ""},
        wrong={"name": "This is needed."},
        again=303,
    ),
    Action(
        handler="tag_merges.create",
        method="POST",
        path="/tags/{tag}/merges",
        form={"into": "{warm}"},
        then="/tags",
        said="What was Cosy is Warm now.",
        shows="Warm",
        bad={"into": "{tag}"},
        wrong={"into": "Choose another tag."},
        again=404,
    ),
    Action(
        handler="tags.destroy",
        method="DELETE",
        path="/tags/{tag}",
        then="/tags",
        said="The tag Cosy is gone. What had it is as it was otherwise.",
        shows="Warm",
        again=404,
    ),
    Action(
        handler="item_tags.create",
        method="POST",
        path="/items/{dune}/tags",
        form={"name": "Lent to Bob"},
        root="tags",
        then="/items/{dune}",
        said="Tagged Lent to Bob.",
        shows="Lent to Bob",
        bad={"name": ""},
        wrong={"name": "This is needed."},
        stranger="for himself",
    ),
    Action(
        handler="item_tags.destroy",
        method="DELETE",
        path="/items/{dune}/tags/{tag}",
        root="tags",
        then="/items/{dune}",
        said="Cosy taken off.",
        shows="Add a tag",
    ),
    Action(
        handler="items.create",
        method="POST",
        path="/items",
        form={"preview": "{preview}", "keep": "1"},
        root="keeping-{preview}",
        then="/items/*",
        said="Hyperion is in your library.",
        shows="In my library",
        stranger="for himself",
    ),
)

# these answer otherwise: those of signing in and out (tests/pages/test_accounts.py, tests/web/test_sessions.py),
# the second factor, passkeys and tokens (tests/pages/test_second_factor.py, test_passkeys.py, test_tokens.py),
# pictures (tests/pages/test_covers.py) and verdicts (tests/pages/test_verdicts.py), settings and sessions (in
# tests/pages/test_settings.py and tests/pages/test_sessions.py), proofs (tests/web/test_proofs.py), and
# the operator's (tests/pages/test_shared_tags.py, tests/pages/test_source_keys.py, tests/pages/test_source_circuits.py, tests/pages/test_metrics.py)
DOORS = (
    "embeds.show",
    "feeds.show",
    "guest_links.create",
    "guests.show",
    "menu_pictures.show",
    "share_codes.show",
    "other_sessions.destroy",
    "passwords.update",
    "profile.update",
    "proofs.create",
    "sessions.destroy",
    "covers.show",
    "verdicts.create",
    "verdicts.destroy",
    "metrics.show",
    "instance_settings.update",
    "closures.create",
    "closures.destroy",
    "exports.create",
    "operators.create",
    "operators.destroy",
    "reset_links.create",
    "suspensions.create",
    "suspensions.destroy",
    "user_sessions.destroy",
    "users.show",
    "source_circuits.create",
    "source_circuits.destroy",
    "accounts.create",
    "accounts.login",
    "accounts.logout",
    "invitations.create",
    "invitations.destroy",
    "shared_tags.create",
    "shared_tags.edit",
    "shared_tags.update",
    "shared_tags.destroy",
    "new_passwords.edit",
    "new_passwords.update",
    "registrations.create",
    "registrations.new",
    "resets.create",
    "setup.create",
    "setup.new",
    "source_keys.update",
    "source_keys.destroy",
    "source_tests.create",
    "provider_logins.create",
    "provider_logins.show",
    "identities.create",
    "identities.destroy",
    "second_factor.create",
    "second_factor.new",
    "second_factor.show",
    "second_factor.update",
    "second_factor.confirm",
    "second_factor.destroy",
    "recovery_codes.create",
    "second_proofs.new",
    "second_proofs.create",
    "passkey_challenges.create",
    "passkey_logins.create",
    "passkeys.new",
    "passkeys.create",
    "passkeys.edit",
    "passkeys.update",
    "passkeys.destroy",
    "tokens.new",
    "tokens.create",
    "tokens.destroy",
    "ways_in.destroy",
)

VIEWS = (
    View(handler="accounts.new", path="/register", signed_out="open", stranger=303),
    View(handler="accounts.show_login", path="/login", signed_out="open", stranger=303),
    View(handler="resets.new", path="/reset", signed_out="open"),
    View(handler="invitations.index", path="/ops/invitations", stranger=404, operator=True),
    View(handler="passwords.edit", path="/settings/password"),
    View(handler="profile.edit", path="/settings"),
    View(handler="proofs.new", path="/proof", stranger=303),
    View(handler="proofs.show", path="/session"),
    View(handler="sessions.index", path="/settings/sessions"),
    View(handler="about.show", path="/about", signed_out="open"),
    View(handler="home.index", path="/", signed_out="open"),
    View(handler="searching.index", path="/search?q=dune", region="results"),
    View(handler="searching.show", path="/search/found?q=hyperion", region="found"),
    View(handler="searching.stream", path="/search/stream?q=hyperion"),
    View(handler="items.show", path="/items/{dune}"),
    View(handler="library.index", path="/library", region="entries"),
    View(handler="tags.index", path="/tags"),
    View(handler="taste.show", path="/taste"),
    View(handler="tags.edit", path="/tags/{tag}/edit", stranger=404),
    View(handler="shared_tags.index", path="/ops/tags", stranger=404, operator=True),
    View(handler="menus.index", path="/menus"),
    View(handler="menus.new", path="/menus/new"),
    View(handler="menu_cards.show", path="/menus/{slug}", signed_out="open", stranger=404),
    View(handler="shares.show", path="/menus/{menu}/share", stranger=404),
    View(handler="menus.edit", path=EDITOR, stranger=404),
    View(handler="menus.confirm", path="/menus/{menu}/delete", stranger=404),
    View(handler="course_items.new", path=STARTERS + "/items/new?q=dune", stranger=404, region="choices"),
    View(handler="pairings.index", path="/menus/{menu}/pairings", stranger=404, region="pairings"),
    View(
        handler="pairings.new",
        path="/menus/{menu}/pairings/new?first={served_dune}",
        stranger=404,
        region="pairings",
    ),
    View(handler="probes.alive", path="/livez", signed_out="open"),
    View(handler="probes.ready", path="/readyz", signed_out="open"),
    View(handler="probes.health", path="/health", signed_out="open"),
    View(handler="ops.patterns", path="/ops/patterns", stranger=404, operator=True),
    View(handler="personal_data.show", path="/settings/data"),
    View(handler="closures.show", path="/settings/closure", stranger=303),
    View(handler="users.index", path="/ops/users", stranger=404, operator=True),
    View(handler="activity.index", path="/settings/activity"),
    View(handler="tokens.index", path="/settings/tokens"),
    View(handler="audit.index", path="/ops/audit", stranger=404, operator=True),
    View(handler="instance_settings.show", path="/ops/settings", stranger=404, operator=True),
    View(handler="jobs.index", path="/ops/jobs", stranger=404, operator=True),
    View(handler="source_circuits.index", path="/ops/sources", stranger=404, operator=True),
    View(handler="source_keys.index", path="/ops/sources/keys", stranger=404, operator=True),
    View(handler="security.index", path="/settings/security"),
    View(handler="ways_in.index", path="/settings/security/ways-in"),
    View(handler="assets.show", path="/assets/fonts/eb-garamond-roman.800b0683.woff2", signed_out="open"),
)
