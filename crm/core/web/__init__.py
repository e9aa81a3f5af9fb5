"""One request: routes, transaction, layout, errors, redirects."""
