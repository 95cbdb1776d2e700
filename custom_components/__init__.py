"""Custom integrations (a package only so that tests can import it)."""
