"""The profile with which faults are hunted; it must be known before pytest looks for tests."""

from hypothesis import settings

settings.register_profile("hunt", max_examples=400, stateful_step_count=60)
