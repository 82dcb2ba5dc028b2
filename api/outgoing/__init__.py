"""The doors to what goes out: messages and their attempts, webhooks, chat channels, what their readers wish."""
