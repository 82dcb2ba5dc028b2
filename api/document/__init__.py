"""The OpenAPI document, the links from one operation to the next, and the page that shows it."""
