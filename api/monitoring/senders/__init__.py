"""One adapter per sender: the body of a request to episodes reported. Pure; what is not understood says why."""
