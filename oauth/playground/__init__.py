"""The playground: one app of the site's own, with which developers walk the flows and read what is sent."""
