"""Pages of ratings: the portal's, the counter's and kiosk's, the desk's."""
