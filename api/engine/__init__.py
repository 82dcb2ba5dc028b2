"""The engine as the API sees it: tickets, defects, deliveries. Nothing else in the API calls Temporal."""
