"""The wiring of the site: settings, addresses, admin site, health, error pages."""
