"""The kinds of problems that programs may want to tell apart (RFC 9457, `type`), and what to do about each."""

SECOND_FACTOR_NEEDED = "second-factor-needed"
SECOND_FACTOR_REFUSED = "second-factor-refused"
REFRESH_REFUSED = "refresh-token-refused"
SCOPE_MISSING = "scope-missing"
PROOF_NEEDED = "proof-needed"

# each a fragment of /api/docs, where its sentence stands
PROBLEMS = {
    SECOND_FACTOR_NEEDED: "The account has a second factor: log in again, with its `code`.",
    SECOND_FACTOR_REFUSED: "The `code` is not the one of this moment, or was used.",
    REFRESH_REFUSED: "The refresh token is spent, or its session has ended: log in again.",
    SCOPE_MISSING: "The token lacks the scope that `WWW-Authenticate` names.",
    PROOF_NEEDED: "This needs a login that is minutes old: log in again, and ask with the new token.",
}
