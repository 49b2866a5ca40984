"""One module per screen: from a request to an action or a read, and from its answer to a template. No rule stands here."""
