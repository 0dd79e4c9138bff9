"""Tools that know no domain word: settings, database, events, outbound HTTP, forms, secrets, clock."""
