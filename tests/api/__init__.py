"""The API, over a real SQLite store and an engine in memory that runs the pure rules."""
