"""The frame both doors stand on: pages and fragments, sign-in, request forgery, errors, headers, assets."""
