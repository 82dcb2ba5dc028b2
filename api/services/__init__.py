"""The provider's services: how available they were, and their planned maintenance (TF-14, TF-15)."""
