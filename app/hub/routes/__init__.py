"""The hub's HTTP routes, one module per subject, each with ROUTES for `app.hub.api`: nothing but HTTP lives here."""
