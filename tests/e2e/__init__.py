"""End to end: the stack as `make run` starts it, used from outside."""
